using System.Collections.Immutable;

namespace Coi.Domain.Network;

/// <summary>What a container may reach.</summary>
public enum NetworkMode
{
    /// <summary>The public internet, but nothing private and not the host.</summary>
    Restricted,

    /// <summary>Only what is listed.</summary>
    Allowlist,

    /// <summary>Everything.</summary>
    Open,
}

/// <summary>Modes in words.</summary>
public static class NetworkModeWords
{
    /// <summary>The word that configuration, commands and answers have for it.</summary>
    public static string Word(this NetworkMode mode) => mode.ToString().ToLowerInvariant();
}

/// <summary>A slot's network policy as configured; what is not said never loosens it, also when it is read from a journal (see LaunchSpec).</summary>
/// <param name="BlockPrivateNetworks">Reject private, carrier-grade NAT and multicast ranges (restricted mode).</param>
/// <param name="BlockMetadataEndpoint">Reject link-local addresses, where clouds serve their metadata (restricted mode).</param>
public sealed record NetworkPolicy(bool BlockPrivateNetworks = true, bool BlockMetadataEndpoint = true)
{
    /// <summary>The mode.</summary>
    public required NetworkMode Mode { get; init; }

    /// <summary>Let the container reach the local network all the same; other slots and the host stay out of reach.</summary>
    public bool AllowLocalNetworkAccess { get; init; }

    /// <summary>What allowlist mode opens, as configured: names, IPv4 addresses and ranges.</summary>
    public ImmutableArray<string> AllowedDomains { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>How often names are resolved again, in minutes; 0 never does.</summary>
    public int RefreshMinutes { get; init; }

    /// <summary>Whether names have to be asked for again while the container runs.</summary>
    public bool IsRefreshed => Mode == NetworkMode.Allowlist && RefreshMinutes > 0;

    /// <summary>Whether two policies say the same; the order of a list means nothing.</summary>
    public bool Equals(NetworkPolicy? other) =>
        other is not null
        && (Mode, BlockPrivateNetworks, BlockMetadataEndpoint, AllowLocalNetworkAccess, RefreshMinutes)
            == (other.Mode, other.BlockPrivateNetworks, other.BlockMetadataEndpoint, other.AllowLocalNetworkAccess, other.RefreshMinutes)
        && AllowedDomains.ToHashSet().SetEquals(other.AllowedDomains);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Mode, BlockPrivateNetworks, BlockMetadataEndpoint, AllowLocalNetworkAccess, RefreshMinutes, AllowedDomains.Distinct().Count());

    /// <summary>What of <see cref="AllowedDomains"/> is addresses and ranges.</summary>
    public IEnumerable<string> ListedAddresses() => AllowedDomains.Where(e => Ipv4Range.Parse(e) is not null);

    /// <summary>What of <see cref="AllowedDomains"/> is names, each once.</summary>
    public IEnumerable<string> ListedNames() => AllowedDomains.Where(e => Ipv4Range.Parse(e) is null).Select(n => n.TrimEnd('.').ToLowerInvariant()).Distinct();
}

/// <summary>One rule of a network ACL in outgoing direction; Incus sorts rules by action: drop, reject, allow, then the default.</summary>
/// <param name="Action"><c>allow</c> or <c>reject</c>.</param>
/// <param name="Destination">A range in CIDR form.</param>
/// <param name="Description">Why the rule exists.</param>
public sealed record EgressRule(string Action, string Destination, string Description);

/// <summary>The rules of a slot's ACL.</summary>
/// <param name="DefaultEgress">What happens to traffic that no rule names: <c>allow</c> or <c>reject</c>.</param>
/// <param name="Egress">Rules for traffic from the container.</param>
public sealed record PolicyRules(string DefaultEgress, ImmutableArray<EgressRule> Egress);
