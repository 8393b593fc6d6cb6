using System.Collections.Immutable;
using Coi.Domain.Network;
using static Coi.Domain.Configuration.ConfigurationValue;

namespace Coi.Domain.Configuration;

/// <summary>The configuration in force; every value is checked, and <see cref="Values"/> knows where each comes from.</summary>
public sealed record EffectiveConfiguration
{
    /// <summary>Wraps merged settings, which hold at least all built-in values.</summary>
    public EffectiveConfiguration(ImmutableSortedDictionary<string, Setting> values) => Values = values;

    /// <summary>All settings with their origins.</summary>
    public ImmutableSortedDictionary<string, Setting> Values { get; }

    /// <summary>Alias of the image.</summary>
    public string Image => Text("defaults.image");

    /// <summary>Keep containers.</summary>
    public bool Persistent => Flag("defaults.persistent");

    /// <summary>Model to ask for; null leaves the choice to the tool.</summary>
    public string? Model => TextOrNull("defaults.model");

    /// <summary>Copy credentials and settings from the user's home.</summary>
    public bool MountToolConfiguration => Flag("defaults.mount_claude_config");

    /// <summary>Greatest slot number of a workspace.</summary>
    public int MaxSlots => Number("defaults.max_slots");

    /// <summary>Name of the tool; whether there is such a tool is not known here.</summary>
    public string ToolName => Text("tool.name");

    /// <summary>Program in place of the tool's own; null keeps that.</summary>
    public string? ToolBinary => TextOrNull("tool.binary");

    /// <summary>Arguments added to the tool's own.</summary>
    public ImmutableArray<string> ToolArgs => List("tool.args");

    /// <summary>What the names of containers begin with.</summary>
    public string ContainerPrefix => Text("container_prefix");

    /// <summary>Start the stand-in in place of the tool.</summary>
    public bool UseDummy => Flag("use_dummy");

    /// <summary>Incus project.</summary>
    public string IncusProject => Text("incus.project");

    /// <summary>Incus storage pool; null takes that of the default profile.</summary>
    public string? StoragePool => TextOrNull("incus.storage_pool");

    /// <summary>Mount without mapping owners.</summary>
    public bool DisableShift => Flag("incus.disable_shift");

    /// <summary>What concerns the network.</summary>
    public NetworkConfiguration Network => new()
    {
        Mode = Text("network.mode") switch
        {
            "open" => NetworkMode.Open,
            "allowlist" => NetworkMode.Allowlist,
            _ => NetworkMode.Restricted,
        },
        BlockPrivateNetworks = Flag("network.block_private_networks"),
        BlockMetadataEndpoint = Flag("network.block_metadata_endpoint"),
        AllowLocalNetworkAccess = Flag("network.allow_local_network_access"),
        AllowedDomains = List("network.allowed_domains"),
        RefreshInterval = TimeSpan.FromMinutes(Number("network.refresh_interval_minutes")),
        SubnetPool = Text("network.subnet_pool"),
        Mtu = Values.ContainsKey("network.mtu") ? Number("network.mtu") : null,
    };

    /// <summary>What concerns image builds.</summary>
    public BuildConfiguration Build => new(Flag("build.host_ca_certificates"), TextOrNull("build.base"), List("build.commands"), List("build.tools"), Text("build.compression"));

    /// <summary>Mounts beside the workspace, in the order of their places.</summary>
    public ImmutableArray<ConfiguredMount> Mounts =>
    [
        .. from pair in Values
           where pair.Key.StartsWith("mounts[", StringComparison.Ordinal)
           let mount = pair.Value.Value as Mount ?? throw new InvalidOperationException($"{pair.Key} is {pair.Value.Value.Kind}")
           select new ConfiguredMount(mount.Host, mount.Container, mount.ReadOnly, pair.Value.Origin) into configured
           orderby configured.Container
           select configured,
    ];

    /// <summary>What a container may use.</summary>
    public LimitsConfiguration Limits => new()
    {
        Cpu = Limit("limits.cpu") is { } cpu ? (int)cpu : null,
        MemoryBytes = Limit("limits.memory"),
        Processes = Limit("limits.processes") is { } processes ? (int)processes : null,
        DiskBytes = Limit("limits.disk"),
        MaxDuration = Quantities.Duration(TextOrNull("limits.max_duration") ?? "0") is { Ticks: > 0 } duration ? duration : null,
    };

    /// <summary>How long history is kept; null for ever.</summary>
    public TimeSpan? HistoryRetention => Quantities.Duration(TextOrNull("history.retention") ?? "0") is { Ticks: > 0 } duration ? duration : null;

    /// <summary>What of the workspace is read-only inside.</summary>
    public SecurityConfiguration Security => new(List("security.protected_paths"), List("security.writable_paths"));

    /// <summary>Environment variables of the tool.</summary>
    public ImmutableSortedDictionary<string, string> Environment => Below("environment.");

    /// <summary>Tools that are defined here, by name.</summary>
    public ImmutableSortedDictionary<string, ConfiguredTool> Tools => Values.Keys
        .Where(key => key.StartsWith("tools.", StringComparison.Ordinal))
        .Select(key => key.Split('.')[1])
        .Distinct()
        .ToImmutableSortedDictionary(name => name, Tool, StringComparer.Ordinal);

    private ConfiguredTool Tool(string name)
    {
        var table = $"tools.{name}.";
        return new ConfiguredTool
        {
            Binary = TextOrNull(table + "binary"),
            Args = List(table + "args"),
            ResumeArgs = Values.ContainsKey(table + "resume_args") ? List(table + "resume_args") : null,
            ModelArgs = List(table + "model_args"),
            StateDirectories = List(table + "state_directories"),
            Copy = List(table + "copy"),
            Credentials = List(table + "credentials"),
            Transcripts = TextOrNull(table + "transcripts"),
            Environment = Below(table + "environment."),
        };
    }

    private ImmutableSortedDictionary<string, string> Below(string table) => Values
        .Where(pair => pair.Key.StartsWith(table, StringComparison.Ordinal))
        .ToImmutableSortedDictionary(pair => pair.Key[table.Length..], pair => Text(pair.Key), StringComparer.Ordinal);

    private string Text(string key) => TextOrNull(key) ?? throw new InvalidOperationException($"{key} has no value");

    private string? TextOrNull(string key) => Values.GetValueOrDefault(key)?.Value is Text text ? text.Value : null;

    private bool Flag(string key) => Values.GetValueOrDefault(key)?.Value is Flag { Value: true };

    private int Number(string key) =>
        Values.GetValueOrDefault(key)?.Value is Number number ? (int)number.Value : throw new InvalidOperationException($"{key} has no value");

    private long? Limit(string key) => Values.GetValueOrDefault(key)?.Value switch
    {
        Number { Value: > 0 } number => number.Value,
        Text text => Quantities.Size(text.Value) is > 0 and var bytes ? bytes : null,
        _ => null,
    };

    private ImmutableArray<string> List(string key) => Values.GetValueOrDefault(key)?.Value is TextList list ? list.Values : [];
}
