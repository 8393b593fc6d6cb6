using System.Text.Json.Nodes;

namespace Coi.FakeIncus;

/// <summary>Instances: list, make, change, rename, delete.</summary>
internal static class InstanceRoutes
{
    public static readonly FakeRoute[] All =
    [
        FakeRoute.Of("GET", "/1.0/instances", ListAsync),
        FakeRoute.Of("POST", "/1.0/instances", CreateAsync),
        FakeRoute.Of("GET", "/1.0/instances/*", GetAsync),
        FakeRoute.Of("PATCH", "/1.0/instances/*", PatchAsync),
        FakeRoute.Of("PUT", "/1.0/instances/*", ReplaceAsync),
        FakeRoute.Of("POST", "/1.0/instances/*", RenameAsync),
        FakeRoute.Of("DELETE", "/1.0/instances/*", DeleteAsync),
    ];

    private static Task ListAsync(FakeCall call) => call.SyncAsync(call.State.With(state => new JsonArray(
    [
        .. state.Instances.Values.Select(instance => call.Recursion switch
        {
            0 => (JsonNode)$"/1.0/instances/{instance.Name}",
            1 => instance.ToJson(state),
            _ => Full(instance, state),
        }),
    ])));

    private static JsonObject Full(FakeInstance instance, FakeState state)
    {
        var json = instance.ToJson(state);
        json["state"] = instance.StateToJson(state);
        return json;
    }

    private static Task CreateAsync(FakeCall call)
    {
        var request = call.Json;
        var name = FakeMaps.Text(request, "name");
        FakeState.ValidateName(name);
        // Incus looks at the source of a copy at once, at everything else within the operation.
        if (request["source"] is JsonObject source && FakeMaps.Text(source, "type") == "copy")
            call.State.Instance(FakeMaps.Text(source, "source"));

        return call.StartAsync("Creating instance", "instances", name, _ =>
        {
            var instance = call.State.Create(request);
            call.State.Events.Lifecycle(
                "instance-created", $"/1.0/instances/{name}",
                new JsonObject { ["location"] = "none", ["storage-pool"] = "default", ["type"] = "container" });
            if (FakeMaps.Flag(request, "start")) call.State.Start(instance);
            return Task.CompletedTask;
        });
    }

    private static Task GetAsync(FakeCall call)
    {
        var instance = call.State.Instance(call.Name);
        var (json, etag) = call.State.With(state => (instance.ToJson(state), instance.ETag));
        return call.SyncAsync(json, etag: etag);
    }

    private static Task PatchAsync(FakeCall call)
    {
        var instance = call.State.Instance(call.Name);
        var request = call.Json;
        CheckETag(call, instance);
        var devices = FakeMaps.Devices(request["devices"]);
        call.State.With(state =>
        {
            state.ValidateDevices(devices);
            var config = new Dictionary<string, string>(instance.Config, StringComparer.Ordinal);
            FakeMaps.Merge(config, FakeMaps.Config(request["config"]));
            FakeState.ValidateConfig(config);
            instance.MutableConfig = config;
            foreach (var (name, device) in devices) instance.MutableDevices[name] = device;
            instance.Description = FakeMaps.Text(request, "description", "");
            state.Events.Lifecycle("instance-updated", $"/1.0/instances/{instance.Name}", requested: false);
        });
        return call.DoneAsync();
    }

    private static Task ReplaceAsync(FakeCall call)
    {
        var instance = call.State.Instance(call.Name);
        var request = call.Json;
        CheckETag(call, instance);
        return call.StartAsync("Updating instance", "instances", instance.Name, _ =>
        {
            call.State.With(state =>
            {
                var devices = FakeMaps.Devices(request["devices"]);
                var config = FakeMaps.Config(request["config"]);
                state.ValidateDevices(devices);
                FakeState.ValidateConfig(config);
                (instance.MutableConfig, instance.MutableDevices) = (config, devices);
                instance.Profiles = FakeMaps.List(request["profiles"]);
                instance.Ephemeral = FakeMaps.Flag(request, "ephemeral");
                instance.Description = FakeMaps.Text(request, "description");
                state.Events.Lifecycle("instance-updated", $"/1.0/instances/{instance.Name}");
            });
            return Task.CompletedTask;
        });
    }

    private static Task RenameAsync(FakeCall call)
    {
        var instance = call.State.Instance(call.Name);
        var newName = FakeMaps.Text(call.Json, "name");
        return call.StartAsync("Renaming instance", "instances", instance.Name, _ =>
        {
            call.State.With(state =>
            {
                if (instance.StatusCode != 102) throw new FakeIncusError(500, "Renaming of running instance not allowed");
                if (state.Instances.ContainsKey(newName)) throw new FakeIncusError(409, $"Instance \"{newName}\" already exists");
                state.Instances.Remove(instance.Name);
                var oldName = instance.Name;
                instance.Name = newName;
                state.Instances[newName] = instance;
                state.Events.Lifecycle("instance-renamed", $"/1.0/instances/{newName}", new JsonObject { ["old_name"] = oldName });
            });
            return Task.CompletedTask;
        });
    }

    private static Task DeleteAsync(FakeCall call)
    {
        var instance = call.State.Instance(call.Name);
        if (instance.StatusCode != 102) throw new FakeIncusError(400, "Instance is running");
        return call.StartAsync("Deleting instance", "instances", instance.Name, _ =>
        {
            call.State.With(state =>
            {
                state.Instances.Remove(instance.Name);
                state.Events.Lifecycle("instance-deleted", $"/1.0/instances/{instance.Name}");
            });
            return Task.CompletedTask;
        });
    }

    private static void CheckETag(FakeCall call, FakeInstance instance)
    {
        var wanted = call.Context.Request.Headers.IfMatch.ToString().Trim('"');
        var etag = call.State.With(_ => instance.ETag);
        if (wanted.Length > 0 && wanted != etag) throw new FakeIncusError(412, $"ETag doesn't match: {etag} vs {wanted}");
    }
}
