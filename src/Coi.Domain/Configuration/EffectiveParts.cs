using System.Collections.Immutable;
using Coi.Domain.Network;

namespace Coi.Domain.Configuration;

/// <summary>What concerns the network of containers.</summary>
public sealed record NetworkConfiguration
{
    /// <summary>What may be reached.</summary>
    public required NetworkMode Mode { get; init; }

    /// <summary>Reject private networks in restricted mode.</summary>
    public required bool BlockPrivateNetworks { get; init; }

    /// <summary>Reject link-local addresses in restricted mode.</summary>
    public required bool BlockMetadataEndpoint { get; init; }

    /// <summary>Let the local network be reached all the same.</summary>
    public required bool AllowLocalNetworkAccess { get; init; }

    /// <summary>Names and IPv4 addresses or ranges that allowlist mode opens.</summary>
    public required ImmutableArray<string> AllowedDomains { get; init; }

    /// <summary>How often names are resolved again; zero never does.</summary>
    public required TimeSpan RefreshInterval { get; init; }

    /// <summary>Range that networks are taken from, in CIDR form.</summary>
    public required string SubnetPool { get; init; }

    /// <summary>MTU in bytes; null takes that of the host's default route.</summary>
    public required int? Mtu { get; init; }
}

/// <summary>What concerns image builds.</summary>
/// <param name="HostCaCertificates">Carry the host's own CA certificates into the image.</param>
/// <param name="Base">Image to start from; null takes the usual one.</param>
/// <param name="Commands">Commands to run as root at the end.</param>
/// <param name="Tools">AI coding tools to install.</param>
/// <param name="Compression">How images are compressed.</param>
public sealed record BuildConfiguration(bool HostCaCertificates, string? Base, ImmutableArray<string> Commands, ImmutableArray<string> Tools, string Compression);

/// <summary>A directory of the host that containers get.</summary>
/// <param name="Host">Path on the host as it was written: absolute, or with <c>~</c> for the user's home.</param>
/// <param name="Container">Absolute place in the container, without a slash at its end.</param>
/// <param name="ReadOnly">Whether it can only be read there.</param>
/// <param name="Origin">Where it was asked for.</param>
public sealed record ConfiguredMount(string Host, string Container, bool ReadOnly, Origin Origin)
{
    /// <summary>The path on the host of somebody whose home is this.</summary>
    public string HostPath(string home) => Host switch
    {
        "~" => home,
        _ when Host.StartsWith("~/", StringComparison.Ordinal) => Path.Combine(home, Host[2..]),
        _ => Host,
    };
}

/// <summary>What a container may use; null where there is no limit.</summary>
public sealed record LimitsConfiguration
{
    /// <summary>Processors.</summary>
    public required int? Cpu { get; init; }

    /// <summary>Memory in bytes.</summary>
    public required long? MemoryBytes { get; init; }

    /// <summary>Processes and threads.</summary>
    public required int? Processes { get; init; }

    /// <summary>The container's own disk in bytes.</summary>
    public required long? DiskBytes { get; init; }

    /// <summary>How long a session may last.</summary>
    public required TimeSpan? MaxDuration { get; init; }
}

/// <summary>What of the workspace is read-only inside.</summary>
/// <param name="ProtectedPaths">Paths relative to the workspace.</param>
/// <param name="WritablePaths">Those that may be written all the same.</param>
public sealed record SecurityConfiguration(ImmutableArray<string> ProtectedPaths, ImmutableArray<string> WritablePaths);

/// <summary>A tool that the configuration defines.</summary>
public sealed record ConfiguredTool
{
    /// <summary>Program to start; null when it is missing.</summary>
    public string? Binary { get; init; }

    /// <summary>Arguments of a new conversation.</summary>
    public required ImmutableArray<string> Args { get; init; }

    /// <summary>Arguments to go on with the newest one; null when they are those of a new one.</summary>
    public ImmutableArray<string>? ResumeArgs { get; init; }

    /// <summary>Arguments that name the model.</summary>
    public required ImmutableArray<string> ModelArgs { get; init; }

    /// <summary>Directories of its state, relative to the user's home.</summary>
    public required ImmutableArray<string> StateDirectories { get; init; }

    /// <summary>Files of the first of them that are copied in from the host.</summary>
    public required ImmutableArray<string> Copy { get; init; }

    /// <summary>Credentials among them: the copy written later wins.</summary>
    public required ImmutableArray<string> Credentials { get; init; }

    /// <summary>Where its conversations lie in the first of them; null when they cannot be told.</summary>
    public string? Transcripts { get; init; }

    /// <summary>Variables of its environment.</summary>
    public required ImmutableSortedDictionary<string, string> Environment { get; init; }
}
