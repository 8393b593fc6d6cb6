using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Containers;

public sealed class StartedByHandSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task A_kept_container_that_somebody_started_is_taken_over_as_it_runs()
    {
        var name = await KeptAsync();
        await Shell.OutputAsync("incus", "start", name);
        await Eventually.IsTrueAsync("waiting for the listing to say that it runs", TimeSpan.FromSeconds(10), async () => (string?)(await Coi.ListAsync()).Find(name)?["status"] == "Running");
        (await IncusView.ExecAsync(name, "sh", "-c", "echo by hand > /run/witness")).Succeeded();

        Assert.Equal(name, await Coi.StartAsync("--resume"));

        await Coi.ScreenShowsAsync(name, "resumed with 2 earlier exchanges");
        // It was not stopped for it: what was only in memory is still there. And it has its network.
        Assert.Equal("by hand\n", (await IncusView.ExecAsync(name, "cat", "/run/witness")).Output);
        var listed = (await Coi.ListAsync()).Find(name);
        Assert.Equal(("running", true), ((string?)listed?["phase"], (bool?)listed?["persistent"]));
        Assert.Contains($"{listed?["ipv4"]}/", (await IncusView.ExecAsync(name, "ip", "-4", "addr", "show", "eth0")).Output, StringComparison.Ordinal);
        await Coi.TypeAsync(name, "!poweroff");
        await Coi.IsKeptAsync(name);
    }

    [Fact]
    public async Task One_that_was_started_while_the_daemon_was_away_is_seen_too_and_can_be_ended()
    {
        var name = await KeptAsync();
        await Coi.OutputAsync("daemon", "stop");
        await Shell.OutputAsync("incus", "start", name);

        await Eventually.IsTrueAsync("waiting for the listing to say that it runs", TimeSpan.FromSeconds(20), async () => (string?)(await Coi.ListAsync()).Find(name)?["status"] == "Running");
        await Coi.OutputAsync("shutdown", "--timeout=20", name);

        Assert.Empty(await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix));
        Assert.Single((await Coi.ListAsync()).Sessions);
    }

    private async Task<string> KeptAsync()
    {
        // With protected paths it would not start without coi: their guards are put from outside, by orders that rest with the session.
        Coi.Configure("[security]\nprotected_paths = []\n");
        var name = await Coi.StartAsync("--persistent");
        await Coi.PromptsAsync(name);
        await Coi.TypeAsync(name, "hello");
        await Coi.ScreenShowsAsync(name, "dummy answers (1)");
        await Coi.TypeAsync(name, "!poweroff");
        await Coi.IsKeptAsync(name);
        return name;
    }
}
