using System.Collections.Immutable;

namespace Coi.Domain.Network;

/// <summary>An allowlist with the addresses behind its names.</summary>
/// <param name="Names">Public IPv4 addresses of each name, in ascending order; none for a name that could not be resolved.</param>
/// <param name="Literals">Addresses and ranges that were written as such.</param>
public sealed record ResolvedAllowlist(ImmutableSortedDictionary<string, ImmutableArray<string>> Names, ImmutableArray<string> Literals)
{
    private static readonly ImmutableArray<Ipv4Range> NotPublic =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/4", "240.0.0.0/4",
        }.Select(Ipv4Range.Parse).OfType<Ipv4Range>(),
    ];

    /// <summary>Nothing.</summary>
    public static ResolvedAllowlist Empty { get; } = new(ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty, []);

    /// <summary>Everything that may be reached, without repetition.</summary>
    public IEnumerable<string> Destinations => Literals.Concat(Names.Values.SelectMany(a => a)).Distinct();

    /// <summary>
    /// The addresses of an answer that a name may open: public ones, sorted. A name never opens a private address, or whoever
    /// answers for it could point it at the local network (DNS rebinding).
    /// </summary>
    public static ImmutableArray<string> Public(IEnumerable<string> answer) =>
    [
        .. answer.Select(a => Ipv4Range.Parse(a)).OfType<Ipv4Range>()
            .Where(a => a.PrefixLength == 32 && !NotPublic.Any(r => r.Overlaps(a)))
            .Select(a => a.First).Distinct().Order().Select(Ipv4Range.Text),
    ];

    /// <summary>This allowlist with the addresses of an earlier answer still open, so that connections to them survive a change.</summary>
    public ResolvedAllowlist Keeping(ResolvedAllowlist earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return this with { Names = Names.ToImmutableSortedDictionary(n => n.Key, n => Public(n.Value.Concat(earlier.Names.GetValueOrDefault(n.Key, [])))) };
    }

    /// <summary>Whether the names have the same addresses.</summary>
    public bool SameAs(ResolvedAllowlist other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Names.Count == other.Names.Count && Names.All(n => other.Names.TryGetValue(n.Key, out var addresses) && addresses.SequenceEqual(n.Value));
    }

    /// <summary>
    /// What the bridge's resolver is told: in every mode not to answer from the host's /etc/hosts; in allowlist mode to answer the allowed
    /// names with exactly these addresses and everything else with NXDOMAIN, so that nothing leaves through DNS.
    /// </summary>
    /// <param name="allowed">The allowlist; null in the other modes.</param>
    public static string ResolverConfiguration(ResolvedAllowlist? allowed) => allowed is null
        ? "no-hosts"
        : string.Join('\n', (string[])["no-hosts", "no-resolv", "address=/#/", .. allowed.Names.SelectMany(n => n.Value.Select(a => $"host-record={n.Key},{a}"))]);
}
