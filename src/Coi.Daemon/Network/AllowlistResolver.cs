using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Coi.Daemon.Hosting;
using Coi.Domain;
using Coi.Domain.Network;

namespace Coi.Daemon.Network;

/// <summary>Resolves the names of an allowlist on the host; a name that fails keeps its last good answer, from disk if need be.</summary>
internal sealed class AllowlistResolver(DaemonHome home, TimeProvider time, ILogger<AllowlistResolver> log)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    /// <summary>The addresses at this moment.</summary>
    /// <param name="container">Container whose last good answers count.</param>
    /// <param name="entries">Names, addresses and ranges.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FailureException">There are names, but no address is known for any of them, and nothing else is listed.</exception>
    public async Task<ResolvedAllowlist> ResolveAsync(string container, IReadOnlyList<string> entries, CancellationToken cancellationToken)
    {
        var literals = entries.Where(e => Ipv4Range.Parse(e) is not null).ToImmutableArray();
        var names = entries.Where(e => Ipv4Range.Parse(e) is null).Select(n => n.TrimEnd('.').ToLowerInvariant()).Distinct().ToList();
        var cache = NetworkCacheFile.Read(home, container);
        var answers = await Task.WhenAll(names.Select(n => LookUpAsync(n, cancellationToken))).ConfigureAwait(false);
        var resolved = names.Zip(answers, (name, answer) => (Name: name, Addresses: answer ?? LastGood(name, cache)))
            .ToImmutableSortedDictionary(pair => pair.Name, pair => pair.Addresses);
        if (literals.IsEmpty && resolved.Values.All(a => a.IsEmpty))
        {
            throw new FailureException(new Failure(
                "network.unresolved", $"none of network.allowed_domains could be resolved ({string.Join(", ", names)})", "Check the names, and the host's DNS: getent ahostsv4 NAME"));
        }

        if (names.Count > 0) NetworkCacheFile.Write(home, container, new NetworkCache(resolved.ToDictionary(r => r.Key, r => r.Value.ToArray()), time.GetLocalNow()));
        return new ResolvedAllowlist(resolved, literals);
    }

    /// <summary>When the names were last resolved; null when they never were.</summary>
    public DateTimeOffset? LastUpdate(string container) => NetworkCacheFile.Read(home, container)?.LastUpdate;

    /// <summary>Forgets a container.</summary>
    public void Forget(string container) => NetworkCacheFile.Delete(home, container);

    private async Task<ImmutableArray<string>?> LookUpAsync(string name, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            var answer = await Dns.GetHostAddressesAsync(name, AddressFamily.InterNetwork, deadline.Token).ConfigureAwait(false);
            var usable = ResolvedAllowlist.Public(answer.Select(a => a.ToString()));
            if (usable.IsEmpty) log.LogWarning("{Name} has no public IPv4 address; it opens nothing", name);
            return usable;
        }
        catch (SocketException ex)
        {
            log.LogWarning("{Name} could not be resolved: {Reason}", name, ex.Message);
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogWarning("{Name} was not resolved within {Deadline}", name, Deadline);
            return null;
        }
    }

    private ImmutableArray<string> LastGood(string name, NetworkCache? cache)
    {
        if (cache?.Domains.GetValueOrDefault(name) is not { Length: > 0 } addresses) return [];
        log.LogWarning("{Name} keeps its addresses of {Time}", name, cache.LastUpdate);
        return ResolvedAllowlist.Public(addresses);
    }
}
