using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Network;

/// <summary>The daemon is killed and Incus is killed and started again, while packets are sent every 20 ms to hosts that are open and hosts that are not.</summary>
[Collection(WholeMachine.Name)]
public sealed class PolicyThroughFailuresSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private Neighbourhood? _around;

    private Neighbourhood Around => _around ?? throw new InvalidOperationException("the test has not begun");

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _around = await Neighbourhood.CreateAsync();
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (_around is not null) await _around.DisposeAsync();
    }

    [Fact]
    public async Task A_killed_daemon_and_a_killed_Incus_leave_the_policy_in_force()
    {
        var restricted = await Coi.StartAsync("--debug");
        Coi.Configure($"network.mode = \"allowlist\"\nnetwork.allowed_domains = [\"{Around.First.Address}\"]\n");
        var listing = await Coi.StartAsync("--debug");
        await Inside.ExpectAsync(listing, $"tcp:{Around.First.Address}:8080 → open", $"tcp:{Around.Second.Address}:8080 → refused");
        var closed = await WhileAsync(restricted, listing, async () =>
        {
            await Coi.KillDaemonAsync();
            await Task.Delay(TimeSpan.FromSeconds(1));
            Assert.Contains(restricted, (await Coi.ListAsync()).Names);
        });
        Assert.Equal((0, 0), closed);
        Assert.True(Around.Lan.Trap.Packets.Count == 0, string.Join('\n', Around.Lan.Trap.Packets));
        Assert.True(Around.Second.Trap.Packets.Count == 0, string.Join('\n', Around.Second.Trap.Packets));

        // Incus takes the ACL away and puts masquerading back before it: the fence covers both.
        closed = await WhileAsync(restricted, listing, async () =>
        {
            await Machine.KillAndStartIncusAsync();
            await Coi.Incus.RequireAsync();
            // New connections wait until ten seconds after the last one that came without masquerading.
            await Task.Delay(TimeSpan.FromSeconds(15));
        });
        Assert.Equal((0, 0), closed);
        Assert.True(Around.Lan.Trap.Packets.Count == 0, string.Join('\n', Around.Lan.Trap.Packets));
        Assert.True(Around.Second.Trap.Packets.Count == 0, string.Join('\n', Around.Second.Trap.Packets));
        await Inside.ExpectAsync(listing, $"tcp:{Around.First.Address}:8080 → open", $"tcp:{Around.Second.Address}:8080 → refused", $"tcp:{Neighbourhood.Here}:22 → refused");
    }

    // How often the two closed hosts were reached meanwhile.
    private async Task<(int Lan, int Second)> WhileAsync(string restricted, string listing, Func<Task> failure)
    {
        foreach (var container in new[] { restricted, listing }) await IncusView.ExecAsync(container, "rm", "-f", "/tmp/stop");
        (string Container, NetworkHost Host, string Patience)[] probers =
            [(restricted, Around.Lan, "0.1"), (restricted, Around.First, "2"), (listing, Around.Second, "0.1"), (listing, Around.First, "2")];
        // All of them are on their way before anything is killed, which would take `incus exec` with it.
        foreach (var prober in probers) await BeginAsync(prober.Container, prober.Host, prober.Patience);
        await failure();
        foreach (var container in new[] { restricted, listing }) await IncusView.ExecAsync(container, "touch", "/tmp/stop");
        var counts = new List<(NetworkHost Host, (int Open, int Closed) Count)>();
        foreach (var prober in probers)
        {
            counts.Add((prober.Host, Inside.Counts(await ResultAsync(prober.Container, prober.Host))));
            Output.WriteLine($"{prober.Container} → {prober.Host.Address}: {counts[^1].Count.Open} open, {counts[^1].Count.Closed} closed");
        }

        Assert.All(counts.Where(c => c.Host == Around.First), c => Assert.True(c.Count.Open > 20, "the open host was not asked often enough"));
        return (counts[0].Count.Open, counts[2].Count.Open);
    }

    // What runs inside must not end with Incus' own process, which carries the streams of `incus exec`.
    private static async Task BeginAsync(string container, NetworkHost host, string patience) =>
        (await IncusView.ExecAsync(
            container, "sh", "-c", "setsid python3 -c \"$1\" \"$2\" \"$3\" > \"$4\" 2>&1 < /dev/null & ", "sh", Inside.Text("prober.py"), host.Address, patience, Probed(host))).Succeeded();

    private static async Task<CommandOutcome> ResultAsync(string container, NetworkHost host)
    {
        var said = new CommandOutcome("", 1, "", "", default);
        await Eventually.IsTrueAsync(
            $"waiting for the prober in {container}", TimeSpan.FromMinutes(4),
            async () => (said = await IncusView.ExecAsync(container, "cat", Probed(host))).Output.Contains("closed", StringComparison.Ordinal));
        return said;
    }

    private static string Probed(NetworkHost host) => $"/tmp/probed-{host.Address}";
}
