namespace Coi.Incus;

/// <summary>What Incus says about itself.</summary>
public sealed record ServerInfo
{
    /// <summary>The version of the REST API.</summary>
    public string ApiVersion { get; init; } = "";

    /// <summary><c>trusted</c> when this user may use it.</summary>
    public string Auth { get; init; } = "";

    /// <summary>What this server can do beyond the first API.</summary>
    public IReadOnlyList<string> ApiExtensions { get; init => field = value ?? []; } = [];

    /// <summary>The server's configuration; its values may be texts, numbers or switches.</summary>
    public IReadOnlyDictionary<string, System.Text.Json.JsonElement> Config { get; init => field = value ?? NoConfig; } = NoConfig;

    /// <summary>The machine and the software around it.</summary>
    public ServerEnvironment Environment { get; init => field = value ?? new(); } = new();

    /// <summary>Incus' version, such as <c>6.0.4</c>.</summary>
    public string Version => Environment.ServerVersion;

    /// <summary>Whether the server has an extension of the API.</summary>
    public bool Has(string extension) => ApiExtensions.Contains(extension);

    /// <summary>One value of <see cref="Config"/> as text, null when it is not set.</summary>
    public string? ConfigText(string key) => Config.TryGetValue(key, out var value) ? value.ToString() : null;

    private static readonly IReadOnlyDictionary<string, System.Text.Json.JsonElement> NoConfig =
        new Dictionary<string, System.Text.Json.JsonElement>();
}

/// <summary>The machine that Incus runs on and the software around it.</summary>
public sealed record ServerEnvironment
{
    /// <summary>Incus' version, such as <c>6.0.4</c>.</summary>
    public string ServerVersion { get; init; } = "";

    /// <summary>The machine's name as Incus knows it.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>Process id of incusd.</summary>
    public long ServerPid { get; init; }

    /// <summary>It is a member of a cluster.</summary>
    public bool ServerClustered { get; init; }

    /// <summary>Architectures of the instances that it can run.</summary>
    public IReadOnlyList<string> Architectures { get; init => field = value ?? []; } = [];

    /// <summary>Name of the kernel.</summary>
    public string Kernel { get; init; } = "";

    /// <summary>The kernel's architecture.</summary>
    public string KernelArchitecture { get; init; } = "";

    /// <summary>The kernel's version.</summary>
    public string KernelVersion { get; init; } = "";

    /// <summary>What the kernel can do, each <c>true</c> or <c>false</c>.</summary>
    public IReadOnlyDictionary<string, string> KernelFeatures { get; init => field = value ?? Maps.NoConfig; } = Maps.NoConfig;

    /// <summary>The firewall driver, such as <c>nftables</c>.</summary>
    public string Firewall { get; init; } = "";

    /// <summary>The instance drivers, such as <c>lxc</c>.</summary>
    public string Driver { get; init; } = "";

    /// <summary>Their versions.</summary>
    public string DriverVersion { get; init; } = "";

    /// <summary>The storage drivers in use, such as <c>btrfs</c>.</summary>
    public string Storage { get; init; } = "";

    /// <summary>Their versions.</summary>
    public string StorageVersion { get; init; } = "";

    /// <summary>The system's name, such as <c>Debian GNU/Linux</c>.</summary>
    public string OsName { get; init; } = "";

    /// <summary>The system's version.</summary>
    public string OsVersion { get; init; } = "";

    /// <summary>The project of this connection.</summary>
    public string Project { get; init; } = "";
}
