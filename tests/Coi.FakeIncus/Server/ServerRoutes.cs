using System.Text.Json.Nodes;

namespace Coi.FakeIncus;

/// <summary>The server itself, its event socket, storage pools and profiles.</summary>
internal static class ServerRoutes
{
    public static readonly FakeRoute[] All =
    [
        FakeRoute.Of("GET", "/1.0", call => call.SyncAsync(Describe())),
        FakeRoute.Of("GET", "/1.0/events", call => call.State.Events.ServeAsync(call)),
        FakeRoute.Of("GET", "/1.0/storage-pools", call => call.SyncAsync(new JsonArray(Pool()))),
        FakeRoute.Of("GET", "/1.0/storage-pools/*", call => call.Name == "default"
            ? call.SyncAsync(Pool())
            : throw new FakeIncusError(404, "Storage pool not found")),
        FakeRoute.Of("GET", "/1.0/profiles", call => call.SyncAsync(
            new JsonArray([.. call.State.With(state => state.Profiles.Values.Select(profile => (JsonNode)profile.DeepClone()).ToList())]))),
        FakeRoute.Of("GET", "/1.0/profiles/*", call => call.SyncAsync(
            call.State.With(state => state.Profiles.GetValueOrDefault(call.Name)?.DeepClone())
            ?? throw new FakeIncusError(404, "Fetch profile: Profile not found"))),
    ];

    private static JsonObject Describe() => new()
    {
        ["config"] = new JsonObject { ["images.auto_update_interval"] = "0" },
        ["api_extensions"] = new JsonArray("etag", "patch", "event_lifecycle", "container_exec_user_group_cwd", "image_import_alias"),
        ["api_status"] = "stable",
        ["api_version"] = "1.0",
        ["auth"] = "trusted",
        ["environment"] = new JsonObject
        {
            ["architectures"] = new JsonArray("x86_64", "i686"),
            ["driver"] = "lxc",
            ["driver_version"] = "5.0.2",
            ["firewall"] = "nftables",
            ["kernel"] = "Linux",
            ["kernel_architecture"] = "x86_64",
            ["kernel_version"] = "6.1.0-fake",
            ["kernel_features"] = new JsonObject { ["idmapped_mounts"] = "true" },
            ["os_name"] = "Debian GNU/Linux",
            ["os_version"] = "12",
            ["project"] = "default",
            ["server"] = "incus",
            ["server_name"] = "fake",
            ["server_version"] = "6.0.4",
            ["storage"] = "btrfs",
            ["storage_version"] = "6.2",
        },
    };

    private static JsonObject Pool() => new()
    {
        ["name"] = "default",
        ["driver"] = "btrfs",
        ["description"] = "",
        ["status"] = "Created",
        ["config"] = new JsonObject { ["source"] = "/var/lib/incus/disks/default.img", ["size"] = "20GiB" },
        ["used_by"] = new JsonArray(),
        ["locations"] = new JsonArray("none"),
    };
}
