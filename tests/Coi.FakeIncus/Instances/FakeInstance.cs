using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Coi.FakeIncus;

/// <summary>An instance of the fake; tests read it, only the server changes it.</summary>
public sealed class FakeInstance
{
    private readonly List<FakeExec> _execs = [];

    internal FakeInstance(string name, DateTimeOffset now) => (Name, CreatedAt) = (name, now);

    /// <summary>Its name.</summary>
    public string Name { get; internal set; }

    /// <summary>102 stopped, 103 running, 110 frozen.</summary>
    public int StatusCode { get; internal set; } = 102;

    /// <summary>It runs.</summary>
    public bool IsRunning => StatusCode == 103;

    /// <summary>Its configuration.</summary>
    public IReadOnlyDictionary<string, string> Config => MutableConfig;

    /// <summary>Its devices.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Devices => MutableDevices;

    /// <summary>Its profiles.</summary>
    public IReadOnlyList<string> Profiles { get; internal set; } = [];

    /// <summary>What LXC wrote down about its starts; null before the first.</summary>
    public string? Log { get; set; }

    /// <summary>It vanishes when it stops.</summary>
    public bool Ephemeral { get; internal set; }

    /// <summary>A person's words about it.</summary>
    public string Description { get; internal set; } = "";

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; }

    /// <summary>What its disk holds.</summary>
    public FakeFileSystem Files { get; internal set; } = new();

    /// <summary>How often it was started.</summary>
    public int Starts { get; internal set; }

    /// <summary>Names of its snapshots.</summary>
    public IReadOnlyList<string> SnapshotNames => [.. Snapshots.Keys];

    internal SortedDictionary<string, FakeSnapshot> Snapshots { get; } = new(StringComparer.Ordinal);

    internal bool IgnoresShutdown { get; set; }

    internal DateTimeOffset LastUsedAt { get; set; } = DateTimeOffset.MinValue;

    internal Dictionary<string, string> MutableConfig { get; set; } = new(StringComparer.Ordinal);

    internal Dictionary<string, IReadOnlyDictionary<string, string>> MutableDevices { get; set; } = new(StringComparer.Ordinal);

    internal string ETag => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        $"{FakeMaps.ToJson(Config).ToJsonString()}{FakeMaps.ToJson(Devices).ToJsonString()}{string.Join(',', Profiles)}{Ephemeral}{Description}")));

    internal void Add(FakeExec exec)
    {
        lock (_execs) _execs.Add(exec);
    }

    internal void Remove(FakeExec exec)
    {
        lock (_execs) _execs.Remove(exec);
    }

    /// <summary>Ends all commands, as the end of the machine does.</summary>
    internal void KillExecs()
    {
        FakeExec[] execs;
        lock (_execs) execs = [.. _execs];
        foreach (var exec in execs) exec.Kill();
    }

    internal Dictionary<string, IReadOnlyDictionary<string, string>> ExpandedDevices(FakeState state)
    {
        var all = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        foreach (var profile in Profiles)
            foreach (var (name, device) in FakeMaps.Devices(state.Profiles[profile]["devices"])) all[name] = device;
        foreach (var (name, device) in Devices) all[name] = device;
        return all;
    }

    internal JsonObject ToJson(FakeState state) => new()
    {
        ["name"] = Name,
        ["status"] = StatusText,
        ["status_code"] = StatusCode,
        ["type"] = "container",
        ["architecture"] = "x86_64",
        ["config"] = FakeMaps.ToJson(Config),
        ["devices"] = FakeMaps.ToJson(Devices),
        ["expanded_config"] = FakeMaps.ToJson(Config),
        ["expanded_devices"] = FakeMaps.ToJson(ExpandedDevices(state)),
        ["profiles"] = FakeMaps.ToJson(Profiles),
        ["ephemeral"] = Ephemeral,
        ["stateful"] = false,
        ["description"] = Description,
        ["created_at"] = CreatedAt.ToString("O"),
        ["last_used_at"] = LastUsedAt.ToString("O"),
        ["location"] = "none",
        ["project"] = "default",
    };

    internal JsonObject StateToJson(FakeState state) => new()
    {
        ["status"] = StatusText,
        ["status_code"] = StatusCode,
        ["disk"] = new JsonObject(),
        ["memory"] = new JsonObject { ["usage"] = StatusCode == 102 ? 0 : 50950144, ["usage_peak"] = 0, ["total"] = 0 },
        ["network"] = StatusCode == 102 ? null : FakeAddresses.Of(this, state),
        ["pid"] = StatusCode == 102 ? 0 : 4242,
        ["processes"] = StatusCode == 102 ? 0 : 7,
        ["cpu"] = new JsonObject { ["usage"] = StatusCode == 102 ? 0 : 394310812 },
        ["started_at"] = (StatusCode == 102 ? DateTimeOffset.MinValue : LastUsedAt).ToString("O"),
        ["os_info"] = null,
    };

    private string StatusText => StatusCode switch { 103 => "Running", 110 => "Frozen", _ => "Stopped" };
}
