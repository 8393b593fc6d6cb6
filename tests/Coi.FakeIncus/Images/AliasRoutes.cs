using System.Text.Json.Nodes;

namespace Coi.FakeIncus;

/// <summary>Image aliases; their names may hold slashes, which arrive escaped.</summary>
internal static class AliasRoutes
{
    public static readonly FakeRoute[] All =
    [
        FakeRoute.Of("GET", "/1.0/images/aliases", call => call.SyncAsync(call.State.With(state => new JsonArray(
            [.. state.Aliases.Values.Select(alias => (JsonNode)alias.ToJson())])))),
        FakeRoute.Of("POST", "/1.0/images/aliases", CreateAsync),
        FakeRoute.Of("GET", "/1.0/images/aliases/*", call => call.SyncAsync(Find(call).ToJson())),
        FakeRoute.Of("PUT", "/1.0/images/aliases/*", MoveAsync),
        FakeRoute.Of("DELETE", "/1.0/images/aliases/*", DeleteAsync),
    ];

    private static FakeAlias Find(FakeCall call) =>
        call.State.With(state => state.Aliases.GetValueOrDefault(call.Name)) ?? throw new FakeIncusError(404, "Image alias not found");

    private static Task CreateAsync(FakeCall call)
    {
        var alias = Read(call.Json, FakeMaps.Text(call.Json, "name"));
        call.State.With(state =>
        {
            if (state.Aliases.ContainsKey(alias.Name)) throw new FakeIncusError(409, $"Alias \"{alias.Name}\" already exists");
            Set(state, alias, "image-alias-created");
        });
        return call.SyncAsync(null, 201);
    }

    private static Task MoveAsync(FakeCall call)
    {
        Find(call);
        var alias = Read(call.Json, call.Name);
        call.State.With(state => Set(state, alias, "image-alias-updated"));
        return call.DoneAsync();
    }

    private static Task DeleteAsync(FakeCall call)
    {
        var alias = Find(call);
        call.State.With(state =>
        {
            state.Aliases.Remove(alias.Name);
            state.Events.Lifecycle("image-alias-deleted", $"/1.0/images/aliases/{alias.Name}");
        });
        return call.DoneAsync();
    }

    private static FakeAlias Read(JsonObject request, string name) =>
        new(name, FakeMaps.Text(request, "target"), FakeMaps.Text(request, "description"));

    private static void Set(FakeState state, FakeAlias alias, string action)
    {
        if (!state.Images.ContainsKey(alias.Target)) throw new FakeIncusError(404, "Image not found");
        state.Aliases[alias.Name] = alias;
        state.Events.Lifecycle(action, $"/1.0/images/aliases/{alias.Name}");
    }
}
