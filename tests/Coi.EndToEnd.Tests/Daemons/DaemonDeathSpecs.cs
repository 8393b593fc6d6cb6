using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Daemons;

public sealed class DaemonDeathSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task Sessions_outlive_a_daemon_that_is_killed()
    {
        var name = await Coi.StartAsync();
        await Coi.PromptsAsync(name);
        var killed = await Coi.DaemonPidAsync();

        await Coi.KillDaemonAsync();

        Assert.True(await Coi.Incus.RunsAsync(name));
        Assert.Equal("Running", (string?)(await Coi.ListAsync()).Find(name)?["status"]);
        Assert.NotEqual(killed, await Coi.DaemonPidAsync());
        await Coi.TypeAsync(name, "hello");
        await Coi.ScreenShowsAsync(name, "dummy answers (1)");
    }

    [Fact]
    public async Task A_poweroff_that_no_daemon_sees_is_finalised_by_the_next_one()
    {
        var name = await Coi.StartAsync();
        await Coi.PromptsAsync(name);
        await Coi.TypeAsync(name, "hello");
        await Coi.ScreenShowsAsync(name, "dummy answers (1)");
        await Coi.KillDaemonAsync();

        await IncusView.PoweroffAsync(name);
        await Eventually.IsTrueAsync("waiting for the container's stop", TimeSpan.FromSeconds(20), async () => !await Coi.Incus.RunsAsync(name));

        Assert.Single((await Coi.ListAsync()).Sessions);
        await Coi.NothingIsLeftAsync();
        await Coi.ScreenShowsAsync(await Coi.StartAsync("--resume"), "resumed with 1 earlier exchanges");
    }

    [Fact]
    public async Task A_stopped_daemon_leaves_sessions_running_and_the_next_one_goes_on_with_them()
    {
        var name = await Coi.StartAsync();

        Assert.Contains("has stopped", await Coi.OutputAsync("daemon", "stop"), StringComparison.Ordinal);

        Assert.True(await Coi.Incus.RunsAsync(name));
        Assert.Equal(1, (await Coi.RunAsync("daemon", "status")).ExitCode);
        Assert.Equal([name], (await Coi.ListAsync()).Names);
    }

    [Fact]
    public async Task A_daemon_killed_while_a_session_starts_leaves_nothing_half_made()
    {
        var random = new Random(20260201);
        for (var round = 1; round <= 6; round++)
        {
            await Coi.OutputAsync("daemon", "start");
            var starting = Coi.RunAsync("shell", "--background");
            await Task.Delay(random.Next(20, 1800));
            await Coi.KillDaemonAsync();
            var outcome = await starting;
            Output.WriteLine($"round {round}: {outcome.ExitCode}");

            await IsWholeAsync();

            // What was undone is undone for good: the slot can be used at once.
            var name = await Coi.StartAsync();
            await Coi.PromptsAsync(name);
            await Coi.OutputAsync("kill", "--all", "--force");
            Assert.Empty(await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix));
        }
    }

    [Fact]
    public async Task A_daemon_killed_while_a_session_ends_leaves_nothing_half_undone()
    {
        var random = new Random(20260202);
        for (var round = 1; round <= 4; round++)
        {
            var name = await Coi.StartAsync();
            await Coi.PromptsAsync(name);
            await Coi.TypeAsync(name, $"round {round}");
            await Coi.ScreenShowsAsync(name, "dummy answers (1)");
            var ending = Coi.RunAsync("kill", name);
            await Task.Delay(random.Next(20, 1200));
            await Coi.KillDaemonAsync();
            await ending;

            await Coi.ListAsync(); // starts the next one
            await Eventually.IsTrueAsync("waiting until the slot is free or the session goes on", TimeSpan.FromSeconds(30), async () =>
                (await Coi.ListAsync()).Find(name) is not { } container || (string?)container["phase"] == "running");
            await Coi.RunAsync("kill", "--all", "--force");
            await Coi.NothingIsLeftAsync();
            Assert.Equal(round, (await Coi.ListAsync()).Sessions.Count);
        }
    }

    // Either the session runs and is listed with all that belongs to it, or nothing of it is there.
    private async Task IsWholeAsync()
    {
        string state = "";
        await Eventually.IsTrueAsync("waiting until the start is finished or undone", TimeSpan.FromSeconds(40), async () =>
        {
            var listing = await Coi.ListAsync();
            var left = await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix);
            var phases = listing.Containers.Select(c => (string?)c["phase"]).ToList();
            state = $"listed: {string.Join(", ", phases)}; in Incus: {string.Join(", ", left)}";
            return phases.Count == 0 ? left.Count == 0 : phases.All(p => p == "running") && left.Count == 3 * phases.Count;
        }, () => state);
        Output.WriteLine(state);
        foreach (var name in (await Coi.ListAsync()).Names) await Coi.PromptsAsync(name);
    }
}
