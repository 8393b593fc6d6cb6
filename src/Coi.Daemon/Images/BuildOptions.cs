using Coi.Contracts;
using Coi.Domain.Network;

namespace Coi.Daemon.Images;

/// <summary>What a build needs to know beyond the request; the API fills it from the configuration.</summary>
public sealed record BuildOptions
{
    /// <summary>The public image server that Incus knows as <c>images:</c>.</summary>
    public const string PublicImageServer = "https://images.linuxcontainers.org";

    /// <summary>coi's home, which marks the build's containers and networks as this daemon's.</summary>
    public required string Home { get; init; }

    /// <summary>Directory of the kept build logs.</summary>
    public required string LogDirectory { get; init; }

    /// <summary>Directory for what a build needs on the host for a while.</summary>
    public required string CacheDirectory { get; init; }

    /// <summary>Carry the host's extra certificate authorities into the image.</summary>
    public bool HostCaCertificates { get; init; } = true;

    /// <summary>Where the host keeps its extra certificate authorities (Debian, Arch, Fedora).</summary>
    public IReadOnlyList<string> HostCaDirectories { get; init; } =
        ["/usr/local/share/ca-certificates", "/etc/ca-certificates/trust-source/anchors", "/etc/pki/ca-trust/source/anchors"];

    /// <summary>Shell commands that root runs in the container at the end of the build.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>Scripts below <c>tools/</c> that install the wanted tools; null means those of the recipe.</summary>
    public IReadOnlyList<string>? ToolScripts { get; init; }

    /// <summary>Base to take when the request names none; null tries the image server, then <see cref="BaseAlias"/>, then makes one.</summary>
    public string? Base { get; init; }

    /// <summary>Alias of the base image that coi makes itself where the image server cannot be reached.</summary>
    public string BaseAlias { get; init; } = "coi-base";

    /// <summary>The image server.</summary>
    public string ImageServer { get; init; } = PublicImageServer;

    /// <summary>The default base's name on the image server.</summary>
    public string RemoteBase { get; init; } = "ubuntu/22.04";

    /// <summary>Beginning of the names of the build's container, bridge and ACL; at most five characters.</summary>
    public string NamePrefix { get; init; } = "coi";

    /// <summary>The range that the bridge's subnet comes from.</summary>
    public string SubnetPool { get; init; } = "10.213.0.0/16";

    /// <summary><see cref="SubnetPool"/>, read.</summary>
    /// <exception cref="ProblemException">It is no range.</exception>
    public Ipv4Range Pool => Ipv4Range.Parse(SubnetPool)
        ?? throw new ProblemException(new Problem("config.invalid", $"'{SubnetPool}' is not a range of addresses", "write [network] subnet_pool as 10.213.0.0/16"));

    /// <summary>MTU of the bridge in bytes; null takes that of the host's default route.</summary>
    public int? Mtu { get; init; }

    /// <summary>What the build container may reach.</summary>
    public NetworkPolicy Policy { get; init; } = new() { Mode = NetworkMode.Restricted };

    /// <summary>Storage pool of the build container; null leaves it to the profile <c>default</c>.</summary>
    public string? StoragePool { get; init; }

    /// <summary>Resolvers to fall back on when names fail in the container and neither the bridge's resolver nor the host's own help.</summary>
    public IReadOnlyList<string> FallbackResolvers { get; init; } = ["8.8.8.8", "8.8.4.4", "1.1.1.1"];

    /// <summary>The host's resolvers; null reads them.</summary>
    public IReadOnlyList<string>? HostResolvers { get; init; }

    /// <summary>Lines for the resolver of the build's bridge. <c>no-hosts</c>: it would otherwise answer from the host's /etc/hosts, private names included.</summary>
    public string BridgeResolver { get; init; } = "no-hosts";

    /// <summary>A name that must resolve in the container, with the port to try; null takes the package mirror of the container.</summary>
    public string? ProbeName { get; init; }

    /// <summary>How the image is compressed: on a local disk <c>none</c> is fastest for building and for the first start.</summary>
    public string Compression { get; init; } = "none";

    /// <summary>How long one step of a script may take.</summary>
    public TimeSpan StepTimeout { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>How long to wait for an answer of the image server before doing without it.</summary>
    public TimeSpan ImageServerTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
