using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Sessions;

public sealed class PersistentSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task Poweroff_keeps_a_persistent_container_and_the_next_shell_goes_on_in_it()
    {
        var name = await Coi.StartAsync("--persistent");
        await Coi.PromptsAsync(name);
        await Coi.TypeAsync(name, "!echo tool | sudo tee /usr/local/bin/installed >/dev/null; echo mine > ~/notes; poweroff");
        await Coi.IsKeptAsync(name);

        Assert.Contains($"  {name} (persistent)\n    Status: Stopped", await Coi.OutputAsync("list"), StringComparison.Ordinal);

        var again = await Coi.StartAsync("--persistent");

        Assert.Equal(name, again);
        await Coi.PromptsAsync(name);
        await Coi.TypeAsync(name, "!cat /usr/local/bin/installed ~/notes");
        await Coi.ScreenShowsAsync(name, "tool\nmine");
    }

    [Fact]
    public async Task Resuming_a_persistent_session_reuses_its_container_without_being_told()
    {
        var name = await Coi.StartAsync("--persistent");
        await Coi.PromptsAsync(name);
        await Coi.TypeAsync(name, "hello");
        await Coi.ScreenShowsAsync(name, "dummy answers (1)");
        await Coi.TypeAsync(name, "!sudo touch /var/kept; poweroff");
        await Coi.IsKeptAsync(name);

        var again = await Coi.StartAsync("--resume");

        Assert.Equal(name, again);
        await Coi.ScreenShowsAsync(name, "resumed with 2 earlier exchanges");
        Assert.Equal(0, (await IncusView.ExecAsync(name, "test", "-e", "/var/kept")).ExitCode);
        Assert.True((bool?)(await Coi.ListAsync()).Find(name)?["persistent"]);
    }

    [Fact]
    public async Task A_kept_container_is_used_again_without_being_told_and_the_lowest_one_first()
    {
        Assert.EndsWith("-1", await Coi.StartAsync(), StringComparison.Ordinal);
        var second = await Coi.StartAsync("--persistent");
        var third = await Coi.StartAsync("--persistent");
        foreach (var name in new[] { second, third })
        {
            await Coi.PromptsAsync(name);
            await Coi.TypeAsync(name, "!poweroff");
            await Coi.IsKeptAsync(name);
        }

        Assert.Equal(second, await Coi.StartAsync());
        Assert.Equal(third, await Coi.StartAsync("--slot=3"));
        Assert.EndsWith("-4", await Coi.StartAsync(), StringComparison.Ordinal);
        Assert.True((bool?)(await Coi.ListAsync()).Find(second)?["persistent"]);
    }

    [Fact]
    public async Task A_kept_container_has_the_network_mode_that_is_asked_for_now()
    {
        Coi.Configure("network.allowed_domains = [\"198.51.100.90\"]\n");
        foreach (var (mode, egress) in new (string, string?)[] { ("restricted", "allow"), ("open", null), ("allowlist", "reject") })
        {
            var name = await Coi.StartAsync("--persistent", "--slot=1", $"--network={mode}");
            var nic = Assert.Single((await Coi.Incus.InstanceAsync(name))!["expanded_devices"]!.AsObject(), device => (string?)device.Value?["type"] == "nic");
            var config = (await Coi.Incus.NetworkAsync((string?)nic.Value!["network"] ?? ""))!["config"]!;

            Assert.Equal(mode, (string?)(await Coi.ListAsync()).Find(name)?["network"]);
            Assert.Equal((egress is null ? "" : name, egress ?? ""), ((string?)config["security.acls"] ?? "", (string?)config["security.acls.default.egress.action"] ?? ""));
            // In open mode the last ACL may lie about, joined to nothing; it goes with the container.
            if (egress is not null)
                Assert.Equal(mode == "allowlist", (await Coi.Incus.AclAsync(name))!["egress"]!.AsArray().Any(rule => ((string?)rule!["action"], (string?)rule["destination"]) == ("allow", "198.51.100.90/32")));

            await Coi.PromptsAsync(name);
            await Coi.TypeAsync(name, "!poweroff");
            await Coi.IsKeptAsync(name);
        }
    }

    [Theory]
    [InlineData("kill")]
    [InlineData("shutdown")]
    public async Task Kill_and_shutdown_remove_a_persistent_container_running_or_stopped(string end)
    {
        var first = await Coi.StartAsync("--persistent");
        await Coi.OutputAsync(end, first);
        Assert.Empty(await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix));

        var second = await Coi.StartAsync("--persistent");
        await Coi.PromptsAsync(second);
        await Coi.TypeAsync(second, "!poweroff");
        await Coi.IsKeptAsync(second);
        await Coi.OutputAsync(end, second);
        Assert.Empty(await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix));
    }

    [Fact]
    public async Task What_could_not_be_ended_makes_the_exit_code_and_is_named()
    {
        var name = await Coi.StartAsync();

        var partly = await Coi.RunAsync("kill", "--force", name, $"{Coi.Prefix}00000000-9");

        Assert.Equal(1, partly.ExitCode);
        Assert.Contains($"Killed {name}", partly.Output, StringComparison.Ordinal);
        Assert.Contains($"{Coi.Prefix}00000000-9", partly.Error, StringComparison.Ordinal);
        Assert.Contains("does not exist", partly.Error, StringComparison.Ordinal);
        Assert.Null(await Coi.Incus.InstanceAsync(name));

        foreach (var command in new[] { "kill", "shutdown" })
        {
            Assert.Equal(1, (await Coi.RunAsync(command, "nothing-like-it")).ExitCode);
            var bare = await Coi.RunAsync(command);
            Assert.Equal(1, bare.ExitCode);
            Assert.Contains("no container names provided", bare.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Several_are_ended_only_after_a_yes()
    {
        var first = await Coi.StartAsync();
        var second = await Coi.StartAsync();

        var refused = await Coi.RunInAsync(Coi.Workspace, ["kill", first, second], input: "yes\n");
        Assert.Equal(0, refused.ExitCode);
        Assert.Contains("Cancelled.", refused.Output, StringComparison.Ordinal);
        Assert.True(await Coi.Incus.RunsAsync(first));

        var agreed = await Coi.RunInAsync(Coi.Workspace, ["kill", "--all"], input: "y\n");
        Assert.Equal(0, agreed.ExitCode);
        Assert.Contains("Killed 2 container(s)", agreed.Output, StringComparison.Ordinal);
        Assert.Empty(await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix));
    }

    [Fact]
    public async Task Containers_of_others_are_neither_listed_nor_ended()
    {
        var foreign = $"{Coi.Prefix}foreign";
        await Shell.OutputAsync("incus", "init", "--empty", foreign);
        try
        {
            Assert.Empty((await Coi.ListAsync()).Names);
            Assert.Contains("No containers to kill", await Coi.OutputAsync("kill", "--all", "--force"), StringComparison.Ordinal);
            Assert.Equal(1, (await Coi.RunAsync("kill", foreign)).ExitCode);
            Assert.NotNull(await Coi.Incus.InstanceAsync(foreign));
        }
        finally
        {
            await Shell.OutputAsync("incus", "delete", "--force", foreign);
        }
    }
}
