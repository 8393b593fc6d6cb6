using System.Net;
using Coi.Contracts;
using Coi.Daemon.Network.Inspection;
using Coi.Domain.Network;

namespace Coi.Daemon.Images;

/// <summary>Sees to it that the build container has an address, names and a way out, before a package manager fails on it in its own slow way.</summary>
internal sealed class NetworkCheck(BuildContainer container, BuildJournal journal, BuildOptions options)
{
    private const string AddressDeadline = "60";
    private const string NameDeadline = "20";
    private const string RepairDeadline = "6";

    /// <summary>Checks, and repairs what can be.</summary>
    /// <param name="plan">The build's network.</param>
    /// <param name="needed">Whether the build cannot do without; the user's own script perhaps asks for nothing outside, and is run in any case.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RunAsync(NetworkPlan plan, bool needed, CancellationToken cancellationToken)
    {
        journal.Step("network.address", $"Waiting for an address on eth0 ({AddressDeadline} s)");
        if (await container.AskAsync(cancellationToken, "route", AddressDeadline) is null)
            throw await FailAsync("network.no_address", "the build container got no address on eth0", "see whether a firewall on the host drops DHCP on the build's bridge", cancellationToken);

        var target = options.ProbeName ?? await container.AskAsync(cancellationToken, "mirror");
        if (target?.Split(' ') is not [{ Length: > 0 } host, var port]) return;

        journal.Step("network.names", $"Resolving {host}");
        if (await container.AskAsync(cancellationToken, "resolve", host, NameDeadline) is null && await RepairAsync(host, plan, cancellationToken) is { } unknown)
        {
            if (needed) throw unknown;
            await container.AskAsync(cancellationToken, "restore");
            journal.Line($"{unknown.Problem.Message}; the script is run all the same");
            return;
        }

        if (!needed) return;
        journal.Step("network.way_out", $"Connecting to {host}");
        if (await container.AskAsync(cancellationToken, "connect", host, port) is null)
        {
            throw await FailAsync(
                "network.no_way_out", $"the build container cannot connect to {host}, port {port}",
                HostFirewalls.OfForwarding(plan.Bridge, options.SubnetPool) ?? "see whether the host reaches that address itself",
                cancellationToken);
        }
    }

    /// <summary>Null when names are found again, else why not.</summary>
    private async Task<ProblemException?> RepairAsync(string host, NetworkPlan plan, CancellationToken cancellationToken)
    {
        var resolvers = (await container.AskAsync(cancellationToken, "resolvers") ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        journal.Line(resolvers switch
        {
            [] => "Detected DNS misconfiguration: resolv.conf of the container is empty",
            _ when resolvers.All(IsLoopback) => $"Detected DNS misconfiguration: the container asks a resolver on its own localhost ({string.Join(", ", resolvers)}), which does not answer",
            _ => $"Detected DNS misconfiguration: the container asks {string.Join(", ", resolvers)}, and {host} does not resolve there",
        });
        foreach (var candidate in Candidates(plan).Where(candidate => !candidate.SequenceEqual(resolvers)))
        {
            journal.Step("network.repair", $"Trying the resolver {string.Join(", ", candidate)}");
            await container.AskAsync(cancellationToken, ["use", .. candidate]);
            if (await container.AskAsync(cancellationToken, "resolve", host, RepairDeadline) is null) continue;
            journal.Line($"DNS configuration fixed for this build: it asks {string.Join(", ", candidate)}");
            journal.Line("The image itself keeps asking the resolver of its bridge. If names fail in sessions too, see that the host's own resolver answers and that no firewall drops port 53 on coi's bridges.");
            return null;
        }

        return await FailAsync("network.no_names", $"{host} does not resolve in the build container, with no resolver that was tried", "see whether that name resolves on the host, and whether a firewall drops port 53 on the build's bridge", cancellationToken);
    }

    private IEnumerable<string[]> Candidates(NetworkPlan plan)
    {
        yield return [plan.Gateway];
        var host = options.HostResolvers ?? HostResolvers.Read();
        if (host.Count > 0) yield return [.. host];
        if (options.FallbackResolvers.Count > 0) yield return [.. options.FallbackResolvers];
    }

    private async Task<ProblemException> FailAsync(string code, string message, string hint, CancellationToken cancellationToken)
    {
        foreach (var line in (await container.AskAsync(cancellationToken, "describe") ?? "").Split('\n')) journal.Line(line);
        return new ProblemException(new Problem(code, message, $"{hint}; log: {journal.Path}"));
    }

    private static bool IsLoopback(string address) => IPAddress.TryParse(address, out var parsed) && IPAddress.IsLoopback(parsed);
}
