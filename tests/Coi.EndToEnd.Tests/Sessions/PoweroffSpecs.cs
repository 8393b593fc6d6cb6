using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Sessions;

public sealed class PoweroffSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task Poweroff_inside_saves_the_session_and_frees_everything_within_three_seconds()
    {
        await using var events = await IncusEvents.RecordAsync();
        var name = await Coi.StartAsync();
        var bridge = (string?)(await Coi.Incus.InstanceAsync(name))?["devices"]?["eth0"]?["network"];
        var session = (string?)(await Coi.ListAsync()).Find(name)?["session_id"];
        await Coi.PromptsAsync(name);
        await Coi.TypeAsync(name, "remember the number 42");
        await Coi.ScreenShowsAsync(name, "dummy answers (1)");

        await Coi.TypeAsync(name, "!poweroff");

        var stopped = await events.HappenedAsync(name, bridge, "instance-shutdown");
        var gone = await events.HappenedAsync(name, bridge, "network-acl-deleted");
        Output.WriteLine($"from the container's stop until nothing was left: {(gone.At - stopped.At).TotalSeconds:0.00} s");
        Assert.True(gone.At - stopped.At < TimeSpan.FromSeconds(3), $"it took {(gone.At - stopped.At).TotalSeconds:0.0} s:\n{string.Join('\n', events.Of(name, bridge))}");
        Assert.Empty(await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix));

        var listing = await Coi.ListAsync();
        Assert.Empty(listing.Containers);
        var saved = Assert.Single(listing.Sessions);
        Assert.Equal(session, (string?)saved["ID"]);
        Assert.Equal(Coi.Workspace, (string?)saved["Workspace"]);
        Assert.NotEqual(default, DateTimeOffset.Parse((string?)saved["SavedAt"] ?? ""));
        Assert.Contains($"  {session}\n    Saved: ", await Coi.OutputAsync("list", "--all"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--resume")]
    [InlineData("--continue")]
    [InlineData("--resume=ID")]
    public async Task A_later_session_goes_on_with_the_conversation(string flag)
    {
        var first = await Coi.StartAsync();
        var session = (string?)(await Coi.ListAsync()).Find(first)?["session_id"] ?? "";
        await Coi.PromptsAsync(first);
        await Coi.TypeAsync(first, "remember the number 42");
        await Coi.ScreenShowsAsync(first, "dummy answers (1)");
        await Coi.TypeAsync(first, "!sudo touch /var/only-in-the-first-container; poweroff");
        await Coi.NothingIsLeftAsync();

        var second = await Coi.StartAsync(flag.Replace("ID", session, StringComparison.Ordinal));

        await Coi.ScreenShowsAsync(second, "resumed with 2 earlier exchanges");
        Assert.Equal(session, (string?)(await Coi.ListAsync()).Find(second)?["session_id"]);
        Assert.NotEqual(0, (await IncusView.ExecAsync(second, "test", "-e", "/var/only-in-the-first-container")).ExitCode);
        await Coi.TypeAsync(second, "and now?");
        await Coi.ScreenShowsAsync(second, "dummy answers (3)");
    }

    [Fact]
    public async Task A_session_that_is_live_is_not_resumed_a_second_time()
    {
        var name = await Coi.StartAsync();
        var session = (string?)(await Coi.ListAsync()).Find(name)?["session_id"];

        var again = await Coi.RunAsync("shell", "--background", $"--resume={session}");

        Assert.Equal(1, again.ExitCode);
        Assert.Contains(name, again.Error, StringComparison.Ordinal);
        Assert.Equal([name], (await Coi.ListAsync()).Names);
    }

    [Fact]
    public async Task A_session_of_another_workspace_is_not_resumed()
    {
        var name = await Coi.StartAsync();
        var session = (string?)(await Coi.ListAsync()).Find(name)?["session_id"];
        await Coi.PromptsAsync(name);
        await Coi.TypeAsync(name, "hello");
        await Coi.ScreenShowsAsync(name, "dummy answers (1)");
        await Coi.OutputAsync("kill", name);
        var elsewhere = Directory.CreateDirectory(Path.Combine(Coi.Root, "elsewhere")).FullName;

        foreach (var flag in new[] { "--resume", $"--resume={session}", "--resume=../sessions", "--resume=00000000-0000-0000-0000-000000000000" })
        {
            var refused = await Coi.RunAsync("shell", "--background", "-w", elsewhere, flag);
            Assert.NotEqual(0, refused.ExitCode);
            Assert.NotEmpty(refused.Error);
        }

        Assert.Empty(await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix));
    }

    [Fact]
    public async Task Shutdown_and_kill_keep_the_session_too()
    {
        foreach (var end in new[] { "shutdown", "kill" })
        {
            var name = await Coi.StartAsync();
            await Coi.PromptsAsync(name);
            await Coi.TypeAsync(name, "hello");
            await Coi.ScreenShowsAsync(name, "dummy answers (1)");

            Assert.Contains(name, await Coi.OutputAsync(end, name), StringComparison.Ordinal);

            Assert.Empty(await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix));
        }

        Assert.Equal(2, (await Coi.ListAsync()).Sessions.Count);
    }

    [Fact]
    public async Task A_container_that_is_deleted_by_hand_leaves_nothing_and_its_session_is_kept()
    {
        var name = await Coi.StartAsync();
        await Coi.PromptsAsync(name);
        await Coi.TypeAsync(name, "hello");
        await Coi.ScreenShowsAsync(name, "dummy answers (1)");

        await Shell.OutputAsync("incus", "delete", "--force", name);

        await Coi.NothingIsLeftAsync();
        await Eventually.IsTrueAsync("waiting for the slot to be free", TimeSpan.FromSeconds(10), async () => (await Coi.ListAsync()).Names.Count == 0);
        Assert.Single((await Coi.ListAsync()).Sessions);
    }
}
