using System.Text.Json.Nodes;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>
/// Puts back what a disk limit does to a whole pool: on btrfs Incus turns quotas on for the first one, and with some hundred containers
/// made and removed since, each further one takes seconds where it took a fifth of one (seen: 4.2 s and 0.8 s).
/// </summary>
internal sealed class PoolQuotas : IAsyncDisposable
{
    private readonly string? _path;

    private PoolQuotas(string? path) => _path = path;

    /// <summary>Remembers whether the pool of the default profile has quotas.</summary>
    public static async Task<PoolQuotas> OfDefaultPoolAsync()
    {
        var profile = JsonNode.Parse(await Shell.OutputAsync("incus", "query", "/1.0/profiles/default"));
        var name = (string?)profile?["devices"]?["root"]?["pool"];
        var pool = JsonNode.Parse(await Shell.OutputAsync("incus", "query", $"/1.0/storage-pools/{name}"));
        var path = $"/var/lib/incus/storage-pools/{name}";
        var hasNone = (string?)pool?["driver"] == "btrfs" && Directory.Exists(path) && (await Shell.RunAsync("btrfs", ["qgroup", "show", path])).ExitCode != 0;
        return new PoolQuotas(hasNone ? path : null);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_path is not null) await Shell.OutputAsync("btrfs", "quota", "disable", _path);
    }
}
