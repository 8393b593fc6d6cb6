using System.Text.Json.Nodes;

namespace Coi.FakeIncus;

/// <summary>Networks.</summary>
internal static class NetworkRoutes
{
    private static readonly string[] KnownPrefixes = ["user.", "ipv4.", "ipv6.", "bridge.", "dns.", "raw.dnsmasq", "security.", "fan.", "bgp.", "volatile."];

    // What of dnsmasq's options is known here.
    private static readonly string[] ResolverOptions = ["", "no-hosts", "no-resolv", "address", "hostsdir", "host-record"];

    public static readonly FakeRoute[] All =
    [
        FakeRoute.Of("GET", "/1.0/networks", ListAsync),
        FakeRoute.Of("POST", "/1.0/networks", CreateAsync),
        FakeRoute.Of("GET", "/1.0/networks/*", call => call.SyncAsync(call.State.With(state => Find(call).ToJson(state)))),
        FakeRoute.Of("PATCH", "/1.0/networks/*", PatchAsync),
        FakeRoute.Of("POST", "/1.0/networks/*", RenameAsync),
        FakeRoute.Of("DELETE", "/1.0/networks/*", DeleteAsync),
        FakeRoute.Of("GET", "/1.0/networks/*/state", GetStateAsync),
        FakeRoute.Of("GET", "/1.0/networks/*/leases", ListLeasesAsync),
    ];

    private static FakeNetwork Find(FakeCall call, string message = "Network not found") =>
        call.State.With(state => state.Networks.GetValueOrDefault(call.Name)) ?? throw new FakeIncusError(404, message);

    private static Task ListAsync(FakeCall call) => call.SyncAsync(call.State.With(state => new JsonArray(
    [
        .. call.Recursion == 0
            ? state.Networks.Keys.Select(name => (JsonNode)$"/1.0/networks/{name}")
            : state.Networks.Values.Select(network => network.ToJson(state)),
    ])));

    private static Task CreateAsync(FakeCall call)
    {
        var request = call.Json;
        var name = FakeMaps.Text(request, "name");
        var config = FakeMaps.Config(request["config"]);
        if (name.Length > 15) throw new FakeIncusError(400, "Network interface is too long (maximum 15 characters)");
        call.State.With(state =>
        {
            if (state.Networks.ContainsKey(name)) throw new FakeIncusError(409, $"Network \"{name}\" already exists");
            if (state.StrayInterfaces.Contains(name)) throw new FakeIncusError(500, $"Network interface \"{name}\" already exists");
            Validate(state, name, config);
            state.Networks[name] = new FakeNetwork(name) { MutableConfig = config, Description = FakeMaps.Text(request, "description") };
            state.Events.Lifecycle("network-created", $"/1.0/networks/{name}");
        });
        return call.SyncAsync(null, 201);
    }

    private static Task PatchAsync(FakeCall call)
    {
        var network = Find(call);
        var change = FakeMaps.Config(call.Json["config"]);
        call.State.With(state =>
        {
            var config = new Dictionary<string, string>(network.Config, StringComparer.Ordinal);
            FakeMaps.Merge(config, change);
            Validate(state, network.Name, config);
            network.MutableConfig = config;
            state.Events.Lifecycle("network-updated", $"/1.0/networks/{network.Name}");
        });
        return call.DoneAsync();
    }

    // It is taken down, and started under the new name; one that does not start stays down, under the new name all the same.
    private static Task RenameAsync(FakeCall call)
    {
        var network = Find(call, "Failed loading network: Network not found");
        var name = FakeMaps.Text(call.Json, "name");
        call.State.With(state =>
        {
            if (network.UsedBy(state).Any()) throw new FakeIncusError(400, "The network is currently in use");
            if (state.Networks.ContainsKey(name)) throw new FakeIncusError(409, $"Network \"{name}\" already exists");
            state.Networks.Remove(network.Name);
            network.Name = name;
            state.Networks[name] = network;
            network.IsUp = network.Config.GetValueOrDefault("raw.dnsmasq", "").Split('\n').All(line => ResolverOptions.Contains(line.Split('=')[0]));
            if (!network.IsUp)
            {
                throw new FakeIncusError(
                    500, "The DNS and DHCP service exited prematurely: exit status 1 "
                    + $"(\"dnsmasq: bad option at line 1 of /var/lib/incus/networks/{name}/dnsmasq.raw\")");
            }

            state.Events.Lifecycle("network-renamed", $"/1.0/networks/{name}");
        });
        return call.DoneAsync();
    }

    private static Task DeleteAsync(FakeCall call)
    {
        var network = Find(call, "Failed loading network: Network not found");
        call.State.With(state =>
        {
            if (network.UsedBy(state).Any()) throw new FakeIncusError(400, "The network is currently in use");
            state.Networks.Remove(network.Name);
            // What is pending is deleted by its record alone.
            if (network is { IsPending: true, IsUp: true }) state.StrayInterfaces.Add(network.Name);
            state.Events.Lifecycle("network-deleted", $"/1.0/networks/{network.Name}");
        });
        return call.DoneAsync();
    }

    private static Task GetStateAsync(FakeCall call)
    {
        var missing = $"Network interface \"{call.Name}\" not found";
        var network = Find(call, missing);
        if (!network.IsUp) throw new FakeIncusError(404, missing);
        var address = network.Config.GetValueOrDefault("ipv4.address")?.Split('/');
        return call.SyncAsync(new JsonObject
        {
            ["addresses"] = address is [var ip, var length]
                ? new JsonArray(new JsonObject { ["family"] = "inet", ["address"] = ip, ["netmask"] = length, ["scope"] = "global" })
                : new JsonArray(),
            ["hwaddr"] = "10:66:6a:00:00:02",
            ["mtu"] = int.Parse(network.Config.GetValueOrDefault("bridge.mtu", "1500")),
            ["state"] = "up",
            ["type"] = "broadcast",
        });
    }

    private static Task ListLeasesAsync(FakeCall call)
    {
        var network = Find(call);
        var leases = new JsonArray();
        if (network.Config.GetValueOrDefault("ipv4.address")?.Split('/')[0] is { } gateway)
        {
            leases.Add(new JsonObject
            {
                ["hostname"] = $"{network.Name}.gw",
                ["hwaddr"] = "",
                ["address"] = gateway,
                ["type"] = "gateway",
                ["location"] = "",
            });
        }

        return call.SyncAsync(leases);
    }

    private static void Validate(FakeState state, string name, Dictionary<string, string> config)
    {
        foreach (var key in config.Keys)
            if (!KnownPrefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal)))
                throw new FakeIncusError(500, $"Invalid option for network \"{name}\" option \"{key}\"");
        foreach (var acl in config.GetValueOrDefault("security.acls", "").Split(',', StringSplitOptions.RemoveEmptyEntries))
            if (!state.Acls.ContainsKey(acl)) throw new FakeIncusError(500, $"Network ACL \"{acl}\" does not exist");
        if (config.GetValueOrDefault("ipv4.address") is { } address and not "none"
            && state.Networks.Values.Any(other => other.Name != name && other.Config.GetValueOrDefault("ipv4.address") == address))
        {
            throw new FakeIncusError(
                500, "The DNS and DHCP service exited prematurely: exit status 2 (\"dnsmasq: failed to create listening socket for "
                + $"{address.Split('/')[0]}: Address already in use\")");
        }
    }
}
