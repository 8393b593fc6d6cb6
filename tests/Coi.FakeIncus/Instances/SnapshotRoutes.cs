using System.Text.Json.Nodes;

namespace Coi.FakeIncus;

/// <summary>Snapshots of instances: list, make, delete.</summary>
internal static class SnapshotRoutes
{
    public static readonly FakeRoute[] All =
    [
        FakeRoute.Of("GET", "/1.0/instances/*/snapshots", ListAsync),
        FakeRoute.Of("POST", "/1.0/instances/*/snapshots", CreateAsync),
        FakeRoute.Of("DELETE", "/1.0/instances/*/snapshots/*", DeleteAsync),
    ];

    private static Task ListAsync(FakeCall call)
    {
        var instance = call.State.Instance(call.Name);
        return call.SyncAsync(call.State.With(_ => new JsonArray([.. instance.Snapshots.Values.Select(snapshot => (JsonNode)snapshot.ToJson())])));
    }

    private static Task CreateAsync(FakeCall call)
    {
        var instance = call.State.Instance(call.Name);
        var request = call.Json;
        var name = FakeMaps.Text(request, "name");
        var expires = FakeMaps.Text(request, "expires_at", "0001-01-01T00:00:00Z");
        return call.StartAsync("Snapshotting instance", "instances", instance.Name, _ =>
        {
            call.State.With(state =>
            {
                if (instance.Snapshots.ContainsKey(name))
                    throw new FakeIncusError(400, $"Create instance snapshot: Failed creating instance snapshot record \"{name}\": Snapshot \"{instance.Name}/{name}\" already exists");
                instance.Snapshots[name] = new FakeSnapshot(name, state.Time.GetUtcNow(), expires, instance.Files.Copy());
                state.Events.Lifecycle("instance-snapshot-created", $"/1.0/instances/{instance.Name}/snapshots/{name}");
            });
            return Task.CompletedTask;
        });
    }

    private static Task DeleteAsync(FakeCall call)
    {
        var instance = call.State.Instance(call.Name);
        var name = call.SecondName;
        if (!call.State.With(_ => instance.Snapshots.ContainsKey(name))) throw new FakeIncusError(404, "Instance snapshot not found");
        return call.StartAsync("Deleting snapshot", "instances", instance.Name, _ =>
        {
            call.State.With(state =>
            {
                instance.Snapshots.Remove(name);
                state.Events.Lifecycle("instance-snapshot-deleted", $"/1.0/instances/{instance.Name}/snapshots/{name}");
            });
            return Task.CompletedTask;
        });
    }
}

/// <summary>A snapshot of an instance of the fake.</summary>
internal sealed record FakeSnapshot(string Name, DateTimeOffset CreatedAt, string ExpiresAt, FakeFileSystem Files)
{
    public JsonObject ToJson() => new() { ["name"] = Name, ["created_at"] = CreatedAt.ToString("O"), ["expires_at"] = ExpiresAt, ["stateful"] = false };
}
