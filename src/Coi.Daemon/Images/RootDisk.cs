using Coi.Contracts;
using Coi.Incus;

namespace Coi.Daemon.Images;

/// <summary>Finds the root disk for a build container, which uses no profile so that nobody's profile ends up in an image.</summary>
internal static class RootDisk
{
    /// <summary>The device: in the given pool, else that of the profile <c>default</c>, else in the first pool.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> FindAsync(IncusClient incus, string? pool, CancellationToken cancellationToken)
    {
        if (pool is not null) return On(pool);
        var profile = await incus.Profiles.FindAsync("default", cancellationToken);
        var root = profile?.Devices.Values.FirstOrDefault(d => d.GetValueOrDefault("type") == "disk" && d.GetValueOrDefault("path") == "/");
        if (root is not null) return root;
        return await incus.StoragePools.ListAsync(cancellationToken) is [var first, ..]
            ? On(first.Name)
            : throw new ProblemException(new Problem("incus.no_pool", "Incus has no storage pool to put containers in", "incus admin init"));
    }

    private static Dictionary<string, string> On(string pool) => new() { ["type"] = "disk", ["path"] = "/", ["pool"] = pool };
}
