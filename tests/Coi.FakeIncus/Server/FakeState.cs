using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Coi.FakeIncus;

/// <summary>Everything that the server knows; all access goes through its lock.</summary>
internal sealed partial class FakeState
{
    private readonly Lock _lock = new();

    public FakeState(TimeProvider time)
    {
        Time = time;
        Events = new FakeEvents(time);
        Operations = new FakeOperations(this);
        AddProfile("default", new Dictionary<string, IReadOnlyDictionary<string, string>>
        {
            ["root"] = new Dictionary<string, string> { ["type"] = "disk", ["path"] = "/", ["pool"] = "default" },
        });
    }

    public TimeProvider Time { get; }

    public FakeEvents Events { get; }

    public FakeOperations Operations { get; }

    public Func<FakeExec, Task<int?>> ExecHandler { get; set; } = _ => Task.FromResult<int?>(null);

    public SortedDictionary<string, FakeInstance> Instances { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, FakeNetwork> Networks { get; } = new(StringComparer.Ordinal);

    /// <summary>Bridges of the machine that Incus knows nothing of.</summary>
    public HashSet<string> StrayInterfaces { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, FakeNetworkAcl> Acls { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, FakeImage> Images { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, FakeAlias> Aliases { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, JsonObject> Profiles { get; } = new(StringComparer.Ordinal);

    public T With<T>(Func<FakeState, T> read)
    {
        lock (_lock) return read(this);
    }

    public void With(Action<FakeState> change)
    {
        lock (_lock) change(this);
    }

    public IReadOnlyDictionary<string, T> Snapshot<T>(Func<FakeState, SortedDictionary<string, T>> map)
    {
        lock (_lock) return map(this).ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    public void AddProfile(string name, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> devices) => With(state =>
        state.Profiles[name] = new JsonObject
        {
            ["name"] = name,
            ["description"] = "",
            ["config"] = new JsonObject(),
            ["devices"] = FakeMaps.ToJson(devices),
            ["used_by"] = new JsonArray(),
            ["project"] = "default",
        });

    public string AddImage(string alias, IReadOnlyDictionary<string, string>? properties)
    {
        var fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{alias} {Guid.NewGuid()}")));
        With(state =>
        {
            state.Images[fingerprint] = new FakeImage(fingerprint, Time.GetUtcNow())
            {
                Properties = new Dictionary<string, string>(properties ?? new Dictionary<string, string> { ["os"] = "Fake" }),
            };
            state.Aliases[alias] = new FakeAlias(alias, fingerprint, "");
        });
        return fingerprint;
    }

    public FakeInstance Instance(string name) =>
        With(state => state.Instances.GetValueOrDefault(name)) ?? throw FakeIncusError.NoInstance(name);
}
