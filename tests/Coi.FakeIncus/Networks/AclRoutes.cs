using System.Text.Json.Nodes;

namespace Coi.FakeIncus;

/// <summary>Network ACLs.</summary>
internal static class AclRoutes
{
    private static readonly string[] Actions = ["allow", "allow-stateless", "drop", "reject"];

    public static readonly FakeRoute[] All =
    [
        FakeRoute.Of("GET", "/1.0/network-acls", ListAsync),
        FakeRoute.Of("POST", "/1.0/network-acls", CreateAsync),
        FakeRoute.Of("GET", "/1.0/network-acls/*", call => call.SyncAsync(call.State.With(state => Find(call).ToJson(state)))),
        FakeRoute.Of("PUT", "/1.0/network-acls/*", UpdateAsync),
        FakeRoute.Of("DELETE", "/1.0/network-acls/*", DeleteAsync),
    ];

    private static FakeNetworkAcl Find(FakeCall call) =>
        call.State.With(state => state.Acls.GetValueOrDefault(call.Name)) ?? throw new FakeIncusError(404, "Network ACL not found");

    private static Task ListAsync(FakeCall call) => call.SyncAsync(call.State.With(state => new JsonArray(
    [
        .. call.Recursion == 0
            ? state.Acls.Keys.Select(name => (JsonNode)$"/1.0/network-acls/{name}")
            : state.Acls.Values.Select(acl => acl.ToJson(state)),
    ])));

    private static Task CreateAsync(FakeCall call)
    {
        var request = call.Json;
        var name = FakeMaps.Text(request, "name");
        call.State.With(state =>
        {
            if (state.Acls.ContainsKey(name)) throw new FakeIncusError(400, "The network ACL already exists");
            var acl = new FakeNetworkAcl(name);
            Fill(acl, request);
            state.Acls[name] = acl;
            state.Events.Lifecycle("network-acl-created", $"/1.0/network-acls/{name}");
        });
        return call.SyncAsync(null, 201);
    }

    private static Task UpdateAsync(FakeCall call)
    {
        var acl = Find(call);
        var request = call.Json;
        call.State.With(state =>
        {
            Fill(acl, request);
            acl.Updates++;
            state.Events.Lifecycle("network-acl-updated", $"/1.0/network-acls/{acl.Name}");
        });
        return call.DoneAsync();
    }

    private static Task DeleteAsync(FakeCall call)
    {
        var acl = Find(call);
        call.State.With(state =>
        {
            if (acl.UsedBy(state).Any()) throw new FakeIncusError(500, "Cannot delete an ACL that is in use");
            state.Acls.Remove(acl.Name);
            state.Events.Lifecycle("network-acl-deleted", $"/1.0/network-acls/{acl.Name}");
        });
        return call.DoneAsync();
    }

    private static void Fill(FakeNetworkAcl acl, JsonObject request)
    {
        var (egress, ingress) = (Rules(request, "egress"), Rules(request, "ingress"));
        (acl.Egress, acl.Ingress) = (egress, ingress);
        acl.Config = FakeMaps.Config(request["config"]);
        acl.Description = FakeMaps.Text(request, "description");
    }

    private static JsonArray Rules(JsonObject request, string direction)
    {
        if (request[direction] is not JsonArray rules) return [];
        for (var i = 0; i < rules.Count; i++)
        {
            if (rules[i] is not JsonObject rule || !Actions.Contains(FakeMaps.Text(rule, "action")))
                throw new FakeIncusError(500, $"Invalid {direction} rule {i}: Action must be one of: {string.Join(", ", Actions)}");
        }

        return rules.DeepClone().AsArray();
    }
}
