using System.Collections.Immutable;

namespace Coi.Domain.Network;

/// <summary>An allowlist with the addresses behind its names.</summary>
/// <param name="Names">Public IPv4 addresses of each name, in ascending order, those of earlier answers among them; none for a name that was never resolved.</param>
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

    /// <summary>What a policy opens with what is known of its names.</summary>
    public static ResolvedAllowlist Of(NetworkPolicy policy, AllowlistMemory memory)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(memory);
        return new ResolvedAllowlist(memory.Open, [.. policy.ListedAddresses()]);
    }

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
}
