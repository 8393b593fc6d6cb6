using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Containers;

public sealed class ShutdownSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task A_container_that_does_not_stop_in_its_time_is_forced_and_its_session_is_kept()
    {
        var name = await Coi.StartAsync();
        await Coi.PromptsAsync(name);
        await Coi.TypeAsync(name, "hello");
        await Coi.ScreenShowsAsync(name, "dummy answers (1)");
        (await IncusView.ExecAsync(name, "systemctl", "is-system-running", "--wait")).ToString();
        (await IncusView.ExecAsync(
            name, "systemd-run", "--unit=stubborn", "-p", "TimeoutStopSec=120", "bash", "-c", "trap '' TERM; while :; do sleep 1; done")).Succeeded();

        var ended = await Coi.RunAsync("shutdown", "--timeout=3", name);

        ended.Succeeded();
        Assert.InRange(ended.Took.TotalSeconds, 3, 30);
        Assert.Contains($"Shutdown {name}", ended.Output, StringComparison.Ordinal);
        Assert.Empty(await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix));
        await Coi.ScreenShowsAsync(await Coi.StartAsync("--resume"), "resumed with 1 earlier exchanges");
    }
}
