using System.Diagnostics;
using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Failures;

/// <summary>Incus is killed in the middle of what it does for coi.</summary>
[Collection(WholeMachine.Name)]
public sealed class IncusDeathSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task A_network_that_Incus_was_making_goes_with_its_bridge_and_the_slot_can_be_used_again()
    {
        var name = await Coi.StartAsync();
        var bridge = (string?)(await Coi.Incus.InstanceAsync(name))?["devices"]?["eth0"]?["network"] ?? throw new InvalidOperationException($"{name} has no network");
        var link = $"/sys/class/net/{bridge}";
        await Coi.OutputAsync("kill", name);
        await Coi.NothingIsLeftAsync();

        await KilledWhileItMadeAsync(bridge, link);
        await Eventually.IsTrueAsync("waiting until the bridge is gone", Patience, () => Task.FromResult(!Directory.Exists(link)));
        await Eventually.IsTrueAsync("waiting until the slot is free", Patience, async () => (await Coi.ListAsync()).Names.Count == 0);
        Assert.Equal(name, await Coi.StartAsync());
        await Coi.PromptsAsync(name);
        await Coi.OutputAsync("kill", "--all", "--force");
        await Coi.NothingIsLeftAsync();
        Assert.False(Directory.Exists(link));
    }

    // Until the moment is met: Incus has made the interface, and has not finished the network.
    private async Task KilledWhileItMadeAsync(string bridge, string link)
    {
        for (var round = 1; round <= 5; round++)
        {
            using var incus = await Machine.FindIncusAsync();
            var starting = Coi.RunAsync("shell", "--background");
            var since = Stopwatch.StartNew();
            while (!Directory.Exists(link) && since.Elapsed < Patience) await Task.Delay(1);
            incus.Kill();
            await incus.StartAgainAsync();
            var status = (string?)(await Coi.Incus.NetworkAsync(bridge))?["status"];
            var outcome = await starting;
            Output.WriteLine($"round {round}: coi ended with {outcome.ExitCode}, the network is {status ?? "not there"}");
            if (status == "Pending" && outcome.ExitCode != 0) return;
            await Coi.OutputAsync("kill", "--all", "--force");
        }

        Assert.Fail("Incus was never killed while it made the network");
    }
}
