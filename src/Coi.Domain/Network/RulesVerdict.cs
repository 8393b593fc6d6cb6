namespace Coi.Domain.Network;

/// <summary>What the rules of a network ACL do with packets to an address, as Incus reads them: drop, then reject, then allow, then the default.</summary>
public static class RulesVerdict
{
    private static readonly string[] Order = ["drop", "reject", "allow"];

    /// <summary>The verdict on an address.</summary>
    /// <param name="rules">The rules for outgoing packets, as they are in force; null where there is no ACL.</param>
    /// <param name="address">An IPv4 address.</param>
    public static Verdict On(PolicyRules? rules, string address)
    {
        if (rules is null) return new Verdict(true, "no ACL");
        if (Ipv4Range.Parse(address) is not { } target) throw new FormatException($"'{address}' is not an address");
        var rule = Order.SelectMany(action => rules.Egress.Where(r => r.Action == action)).FirstOrDefault(r => Covers(r.Destination, target));
        return rule is null ? new Verdict(rules.DefaultEgress == "allow", "default") : new Verdict(rule.Action == "allow", $"{rule.Action} {rule.Destination}");
    }

    // A destination may be a list; an empty one is everything.
    private static bool Covers(string destination, Ipv4Range target) =>
        destination.Length == 0 || destination.Split(',', StringSplitOptions.TrimEntries).Any(part => Ipv4Range.Parse(part)?.Contains(target.First) == true);
}

/// <summary>What becomes of a packet.</summary>
/// <param name="Passes">Whether it passes.</param>
/// <param name="Why">The rule that says so.</param>
public sealed record Verdict(bool Passes, string Why);
