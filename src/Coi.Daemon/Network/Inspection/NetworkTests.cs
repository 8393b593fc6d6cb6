using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Domain;
using Coi.Domain.Network;
using Coi.Incus;

namespace Coi.Daemon.Network.Inspection;

/// <summary>Tries from inside a container what it reaches, and says what it should.</summary>
internal sealed class NetworkTests(IncusClient incus)
{
    private static readonly string Script = EmbeddedText.Read("network/probes.sh");
    private static readonly TimeSpan PerProbe = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Beginning = TimeSpan.FromSeconds(20);

    /// <summary>Tries it all.</summary>
    /// <param name="network">The network.</param>
    /// <param name="memory">What is known of its allowlist's names.</param>
    /// <param name="asked">Further places; the only ones that may be other machines.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FailureException">It cannot be tried.</exception>
    public async Task<NetworkTestReport> RunAsync(InspectedNetwork network, AllowlistMemory memory, IReadOnlyList<string> asked, CancellationToken cancellationToken)
    {
        var spec = network.Owner.Spec;
        if (!network.Instance.IsRunning) throw new FailureException(new Failure("container.not_running", $"container '{spec.Container}' is not running", "Start it; what a container reaches can only be tried from inside"));
        var places = asked.Select(ProbePlan.Place).ToList();
        var host = HostNetwork.Addresses();
        var plan = new ProbePlan(network, memory, PolicyRulesFactory.Create(spec.Policy, SlotNetworks.PoolOf(spec), host, ResolvedAllowlist.Of(spec.Policy, memory)));
        using var targets = new ProbeTargets();
        var packets = plan.Packets(targets, host, places).ToList();
        var lines = await SendAsync(spec.Container, packets, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<NetworkProbe> probes = [.. packets.Zip(lines, (probe, line) => probe.Read(line)), .. plan.Rules()];
        var silent = probes.Any(probe => probe is { Holds: false, Expected: "open", By: "packet" } && probe.Detail.Contains("no answer", StringComparison.Ordinal));
        return new NetworkTestReport(spec.Container, spec.Policy.Mode.Word(), probes, silent ? HostFirewalls.Suspect(spec.SubnetPool) : null);
    }

    private async Task<string[]> SendAsync(string container, List<PlannedProbe> probes, CancellationToken cancellationToken)
    {
        var result = await incus.Exec.CaptureAsync(
            container,
            new ExecRequest { Command = ["bash", "-c", Script, "coi-probes", .. probes.Select(p => p.Words)], Cwd = "/", Timeout = Beginning + (PerProbe * probes.Count) },
            cancellationToken: cancellationToken).ConfigureAwait(false);
        var lines = result.StdoutText.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (result.ExitCode == 127) throw new FailureException(new Failure("network.no_bash", $"{container} has no bash, which sends the probes", $"coi network show {container} shows the rules in force"));
        return lines.Length == probes.Count
            ? lines
            : throw new FailureException(new Failure("network.test_failed", $"the probes in {container} did not end as they should (exit {result.ExitCode}): {result.StderrText.Trim()}", "Try again"));
    }
}
