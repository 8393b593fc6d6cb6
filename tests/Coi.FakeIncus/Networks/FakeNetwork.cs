using System.Text.Json.Nodes;

namespace Coi.FakeIncus;

/// <summary>A network of the fake.</summary>
public sealed class FakeNetwork
{
    internal FakeNetwork(string name) => Name = name;

    /// <summary>Its name.</summary>
    public string Name { get; internal set; }

    /// <summary>Its configuration.</summary>
    public IReadOnlyDictionary<string, string> Config => MutableConfig;

    /// <summary>A person's words about it.</summary>
    public string Description { get; internal set; } = "";

    /// <summary>Incus never finished making it.</summary>
    public bool IsPending { get; set; }

    /// <summary>Its interface is there.</summary>
    public bool IsUp { get; set; } = true;

    internal Dictionary<string, string> MutableConfig { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The ACLs that it uses.</summary>
    internal IEnumerable<string> Acls =>
        Config.GetValueOrDefault("security.acls", "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    internal IEnumerable<string> UsedBy(FakeState state) => state.Instances.Values
        .Where(instance => instance.ExpandedDevices(state).Values.Any(device => device.GetValueOrDefault("network") == Name))
        .Select(instance => $"/1.0/instances/{instance.Name}");

    internal JsonObject ToJson(FakeState state) => new()
    {
        ["name"] = Name,
        ["type"] = "bridge",
        ["managed"] = true,
        ["status"] = IsPending ? "Pending" : "Created",
        ["description"] = Description,
        ["config"] = FakeMaps.ToJson(Config),
        ["used_by"] = FakeMaps.ToJson(UsedBy(state)),
        ["locations"] = new JsonArray("none"),
        ["project"] = "default",
    };
}

/// <summary>A network ACL of the fake.</summary>
public sealed class FakeNetworkAcl
{
    internal FakeNetworkAcl(string name) => Name = name;

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its rules for what leaves, as JSON.</summary>
    public JsonArray Egress { get; internal set; } = [];

    /// <summary>Its rules for what comes in, as JSON.</summary>
    public JsonArray Ingress { get; internal set; } = [];

    /// <summary>Its configuration.</summary>
    public IReadOnlyDictionary<string, string> Config { get; internal set; } = new Dictionary<string, string>();

    /// <summary>A person's words about it.</summary>
    public string Description { get; internal set; } = "";

    /// <summary>How often its rules were replaced.</summary>
    public int Updates { get; internal set; }

    internal IEnumerable<string> UsedBy(FakeState state) => state.Networks.Values
        .Where(network => network.Acls.Contains(Name)).Select(network => $"/1.0/networks/{network.Name}");

    internal JsonObject ToJson(FakeState state) => new()
    {
        ["name"] = Name,
        ["description"] = Description,
        ["egress"] = Egress.DeepClone(),
        ["ingress"] = Ingress.DeepClone(),
        ["config"] = FakeMaps.ToJson(Config),
        ["used_by"] = FakeMaps.ToJson(UsedBy(state)),
        ["project"] = "default",
    };
}
