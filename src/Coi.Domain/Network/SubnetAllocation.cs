using System.Security.Cryptography;
using System.Text;

namespace Coi.Domain.Network;

/// <summary>Chooses subnets for slots out of a pool.</summary>
public static class SubnetAllocation
{
    /// <summary>
    /// The first free /29 of the pool, probing from a place that follows from the container's name, so that two daemons that choose at
    /// the same moment seldom meet, and a container mostly gets the same addresses again. Null when the pool is exhausted.
    /// </summary>
    /// <param name="pool">The pool.</param>
    /// <param name="container">Name of the container.</param>
    /// <param name="taken">What is in use: routes of the host and subnets of other networks.</param>
    public static Ipv4Range? Choose(Ipv4Range pool, string container, IReadOnlyCollection<Ipv4Range> taken)
    {
        if (pool.PrefixLength > NetworkPlan.PrefixLength) return null;
        var count = 1u << (NetworkPlan.PrefixLength - pool.PrefixLength);
        var start = BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(container))) % count;
        for (var i = 0u; i < count; i++)
        {
            var candidate = new Ipv4Range(pool.First + ((start + i) % count * 8), NetworkPlan.PrefixLength);
            if (!taken.Any(candidate.Overlaps)) return candidate;
        }

        return null;
    }
}
