using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Sessions;

[Collection(WholeMachine.Name)]
public sealed class ParallelSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task Eight_sessions_started_at_once_get_eight_slots_and_end_without_a_trace()
    {
        var names = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Coi.StartAsync()));

        Assert.Equal(8, names.Distinct().Count());
        var listing = await Coi.ListAsync();
        Assert.Equal(names.Order(StringComparer.Ordinal), listing.Names.Order(StringComparer.Ordinal));
        Assert.Equal(Enumerable.Range(1, 8), listing.Containers.Select(c => (int?)c["slot"] ?? 0).Order());
        Assert.All(listing.Containers, c => Assert.Equal("Running", (string?)c["status"]));
        Assert.Equal(8, listing.Containers.Select(c => (string?)c["ipv4"]).Distinct().Count());
        Assert.Equal(8, listing.Containers.Select(c => (string?)c["session_id"]).Distinct().Count());
        foreach (var name in names) await Coi.ScreenShowsAsync(name, "directory: /workspace");

        var killed = await Coi.OutputAsync("kill", "--all", "--force");

        Assert.Contains("Killed 8 container(s)", killed, StringComparison.Ordinal);
        Assert.Empty(await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix));
        Assert.Empty((await Coi.ListAsync()).Names);
    }

    [Fact]
    public async Task A_slot_that_is_taken_is_never_taken_over()
    {
        var name = await Coi.StartAsync("--slot", "3");
        Assert.EndsWith("-3", name, StringComparison.Ordinal);

        var second = await Coi.RunAsync("shell", "--background", "--slot", "3");

        if (second.ExitCode == 0) Assert.NotEqual(name, second.Output.Trim()); // another slot, and it says so
        else Assert.Contains(name, second.Error, StringComparison.Ordinal);
        Assert.True(await Coi.Incus.RunsAsync(name));
        await Coi.ScreenShowsAsync(name, "directory: /workspace");
    }

    [Fact]
    public async Task Each_slot_has_a_home_of_its_own_and_workspaces_do_not_share_slots()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(Coi.Root, "elsewhere")).FullName;
        var first = await Coi.StartAsync();
        var second = await Coi.StartAsync();
        var other = await Coi.StartAsync("-w", elsewhere);

        Assert.EndsWith("-1", first, StringComparison.Ordinal);
        Assert.EndsWith("-2", second, StringComparison.Ordinal);
        Assert.EndsWith("-1", other, StringComparison.Ordinal);
        (await IncusView.ShellAsync(first, "echo private > ~/note; echo private > ~/.claude/note; echo shared > shared.txt")).Succeeded();
        Assert.Equal("shared\n", (await IncusView.ShellAsync(second, "cat shared.txt")).Output);
        Assert.NotEqual(0, (await IncusView.ShellAsync(second, "cat ~/note")).ExitCode);
        Assert.NotEqual(0, (await IncusView.ShellAsync(second, "cat ~/.claude/note")).ExitCode);
        Assert.NotEqual(0, (await IncusView.ShellAsync(other, "cat shared.txt")).ExitCode);
    }
}
