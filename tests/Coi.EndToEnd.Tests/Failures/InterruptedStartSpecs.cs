using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Failures;

public sealed class InterruptedStartSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Theory]
    [InlineData("shell")]
    [InlineData("run -- sleep 600")]
    public async Task Ctrl_C_during_a_start_leaves_nothing(string command)
    {
        await using var terminal = await HostTerminal.OpenAsync(Coi);
        await terminal.RunCoiAsync(command);
        await Eventually.IsTrueAsync(
            "waiting for something of the session in Incus", Coi.LaunchDeadline, async () => (await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix)).Count > 0);

        await terminal.PressAsync("C-c");

        await terminal.ShowsAsync("exit=130");
        await Coi.NothingIsLeftAsync(120);
        Assert.Empty((await Coi.ListAsync()).Names);
        Assert.Empty((await Coi.ListAsync()).Sessions);
    }
}
