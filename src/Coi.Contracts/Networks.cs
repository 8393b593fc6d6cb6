namespace Coi.Contracts;

/// <summary>A container's network and its policy, as Incus has them: <c>GET /v1/containers/{name}/network</c>.</summary>
public sealed record NetworkReport
{
    /// <summary>Name of the container.</summary>
    public required string Container { get; init; }

    /// <summary><c>session</c> or <c>container</c> (one that was launched by name).</summary>
    public required string Kind { get; init; }

    /// <summary>Whether it runs.</summary>
    public required bool Running { get; init; }

    /// <summary>Network mode.</summary>
    public required string Mode { get; init; }

    /// <summary>Whether a change of the policy has been asked for that is not in force yet.</summary>
    public bool Changing { get; init; }

    /// <summary>What allowlist mode opens, as it was asked for; null in the other modes.</summary>
    public IReadOnlyList<string>? Allowed { get; init; }

    /// <summary>Name of the bridge.</summary>
    public required string Bridge { get; init; }

    /// <summary>Its range.</summary>
    public required string Subnet { get; init; }

    /// <summary>Address of the bridge: gateway and resolver of the container.</summary>
    public required string Gateway { get; init; }

    /// <summary>Address of the container.</summary>
    public required string Address { get; init; }

    /// <summary>MTU in bytes.</summary>
    public required int Mtu { get; init; }

    /// <summary>What the bridge's resolver answers: <c>all</c> names, or only the <c>listed</c> ones.</summary>
    public required string Resolver { get; init; }

    /// <summary>Name of the ACL; null when there is none.</summary>
    public string? Acl { get; init; }

    /// <summary>What becomes of packets from the container that no rule names.</summary>
    public required string DefaultEgress { get; init; }

    /// <summary>What becomes of packets to the container that no rule names.</summary>
    public required string DefaultIngress { get; init; }

    /// <summary>The rules in force.</summary>
    public required IReadOnlyList<NetworkRule> Rules { get; init; }

    /// <summary>What is known of the listed names; null outside allowlist mode.</summary>
    public IReadOnlyList<NetworkName>? Names { get; init; }

    /// <summary>When the names are asked for again; null for never.</summary>
    public DateTimeOffset? NextQuestion { get; init; }

    /// <summary>What is not as it should be.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>A rule of a container's ACL.</summary>
/// <param name="Direction"><c>egress</c> or <c>ingress</c>.</param>
/// <param name="Action"><c>drop</c>, <c>reject</c> or <c>allow</c>; Incus looks at them in this order.</param>
/// <param name="Peer">The address or range at the other end.</param>
/// <param name="Description">Why it exists.</param>
public sealed record NetworkRule(string Direction, string Action, string Peer, string Description);

/// <summary>A name of an allowlist.</summary>
/// <param name="Name">The name.</param>
/// <param name="Addresses">The addresses that are open for it and that the container is told.</param>
/// <param name="AnsweredAt">When DNS said so; null when it never did.</param>
/// <param name="Leaving">Addresses of earlier answers that are still open, and until when.</param>
/// <param name="Trouble">Why the last question failed; null when it did not.</param>
public sealed record NetworkName(string Name, IReadOnlyList<string> Addresses, DateTimeOffset? AnsweredAt, IReadOnlyDictionary<string, DateTimeOffset>? Leaving, string? Trouble);

/// <summary>Changes the policy of a container that runs: <c>POST /v1/containers/{name}/network</c>; the stream's result is <see cref="ChangedNetwork"/>.</summary>
public sealed record SetNetworkRequest
{
    /// <summary>Network mode; null keeps the one in force.</summary>
    public string? Mode { get; init; }

    /// <summary>Names, IPv4 addresses and ranges to add to the allowlist.</summary>
    public IReadOnlyList<string> Allow { get; init; } = [];

    /// <summary>What to take off it.</summary>
    public IReadOnlyList<string> Remove { get; init; } = [];
}

/// <summary>The policy that is in force now.</summary>
/// <param name="Container">Name of the container.</param>
/// <param name="Mode">Network mode.</param>
/// <param name="Changed">False when it had been so before.</param>
/// <param name="Allowed">What allowlist mode opens; null in the other modes.</param>
/// <param name="Notices">What the user should know.</param>
public sealed record ChangedNetwork(string Container, string Mode, bool Changed, IReadOnlyList<string>? Allowed, IReadOnlyList<string> Notices);

/// <summary>Tries from inside what a container reaches: <c>POST /v1/containers/{name}/network/test</c>; the stream's result is <see cref="NetworkTestReport"/>.</summary>
/// <param name="Probes">Further places, as <c>HOST</c> or <c>HOST:PORT</c>; the only ones that may be other machines.</param>
public sealed record TestNetworkRequest(IReadOnlyList<string> Probes);

/// <summary>What a container reaches and what it should.</summary>
/// <param name="Container">Name of the container.</param>
/// <param name="Mode">Network mode.</param>
/// <param name="Probes">What was tried.</param>
/// <param name="Notice">What the user should know; null when there is nothing.</param>
public sealed record NetworkTestReport(string Container, string Mode, IReadOnlyList<NetworkProbe> Probes, string? Notice = null);

/// <summary>One thing that was tried.</summary>
/// <param name="What">What it is, for a person.</param>
/// <param name="Target">Where to.</param>
/// <param name="By"><c>packet</c> (sent from inside) or <c>rule</c> (what the rules in force say; nothing was sent).</param>
/// <param name="Expected">Whether it should be reached: <c>open</c> or <c>closed</c>.</param>
/// <param name="Found">Whether it was: <c>open</c> or <c>closed</c>.</param>
/// <param name="Detail">How that showed.</param>
public sealed record NetworkProbe(string What, string Target, string By, string Expected, string Found, string Detail)
{
    /// <summary>Whether it is as it should be.</summary>
    public bool Holds => Expected == Found;
}
