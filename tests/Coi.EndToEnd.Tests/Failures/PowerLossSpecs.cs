using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Failures;

/// <summary>The machine goes dark in the middle of everything, and comes back.</summary>
[Collection(WholeMachine.Name)]
public sealed class PowerLossSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task After_a_power_cut_every_session_can_be_resumed_and_only_what_is_persistent_is_there()
    {
        var (first, second, kept) = (await Coi.StartAsync(), await Coi.StartAsync(), await Coi.StartAsync("--persistent"));
        foreach (var name in new[] { first, second, kept })
        {
            await Coi.PromptsAsync(name);
            await Coi.TypeAsync(name, $"in {name}");
            await Coi.ScreenShowsAsync(name, $"dummy answers (1): in {name}");
        }

        var sessions = new[] { await Coi.SessionOfAsync(first), await Coi.SessionOfAsync(second), await Coi.SessionOfAsync(kept) };
        await Coi.KillDaemonAsync();
        await Machine.CutPowerAsync([first, second, kept]);

        await Coi.IsKeptAsync(kept);
        await Eventually.IsTrueAsync("waiting until only what is kept is left", TimeSpan.FromSeconds(60), async () =>
            (await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix)).Count == 3);
        Assert.Equal([kept], (await Coi.ListAsync()).Names);
        foreach (var session in sessions)
            await Coi.ScreenShowsAsync(await Coi.StartAsync($"--resume={session}"), "resumed with 1 earlier exchanges");

        await Coi.OutputAsync("kill", "--all", "--force");
        await Coi.NothingIsLeftAsync();
    }
}
