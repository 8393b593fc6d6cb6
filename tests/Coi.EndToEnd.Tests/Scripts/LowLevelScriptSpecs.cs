using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Scripts;

public sealed class LowLevelScriptSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task A_shell_script_under_set_e_u_and_pipefail_gets_what_it_relies_on()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Scripts", "low-level.sh");
        var outcome = await Shell.RunAsync("bash", [script, Programs.Coi, $"{Coi.Prefix}script"], Coi.Environment, Coi.Workspace, "", TimeSpan.FromMinutes(4));
        Output.WriteLine(outcome.ToString());
        Assert.EndsWith("all right\n", outcome.Succeeded().Output, StringComparison.Ordinal);
        await Coi.NothingIsLeftAsync();
    }
}
