using System.Collections.Immutable;

namespace Coi.Domain.Slots;

/// <summary>A mount that was asked for.</summary>
/// <param name="Source">Absolute path on the host.</param>
/// <param name="Path">Place in the container.</param>
/// <param name="ReadOnly">Whether it can only be read inside.</param>
/// <param name="Origin">Where it was asked for, for messages.</param>
public sealed record WantedMount(string Source, string Path, bool ReadOnly, string Origin);

/// <summary>Which mounts can stand side by side in a container.</summary>
public static class MountPlan
{
    /// <summary>Where the workspace is.</summary>
    public const string Workspace = "/workspace";

    // Without these the container does not start, or is no machine any more.
    private static readonly ImmutableArray<string> Systems = ["/proc", "/sys", "/dev", "/run", "/etc", "/usr", "/bin", "/sbin", "/lib", "/var/lib/coi"];

    /// <summary>Why these mounts cannot be; null when they can.</summary>
    /// <param name="mounts">All mounts beside the workspace.</param>
    /// <param name="state">Places of the tool's state.</param>
    public static Failure? Check(IReadOnlyList<WantedMount> mounts, IReadOnlyList<string> state)
    {
        ArgumentNullException.ThrowIfNull(mounts);
        ArgumentNullException.ThrowIfNull(state);
        var taken = new List<(string Path, string What)> { (Workspace, "the workspace") };
        taken.AddRange(state.Select(path => (path, "the tool's state")));
        foreach (var mount in mounts)
        {
            if (CheckPlace(mount) is { } failure) return failure;
            if (taken.Where(other => Overlap(mount.Path, other.Path)).Select(other => $"{other.What} at {other.Path}").FirstOrDefault() is { } other)
            {
                return new Failure(
                    "mount.conflict",
                    $"the mount at {mount.Path} ({mount.Origin}) is equal to or nested with {other}: a conflict that would hide files",
                    "Choose another path in the container");
            }

            taken.Add((mount.Path, $"the mount ({mount.Origin})"));
        }

        return null;
    }

    /// <summary>The devices of these mounts, in their order.</summary>
    public static ImmutableArray<HostMount> Devices(IReadOnlyList<WantedMount> mounts) =>
        [.. mounts.Select((mount, index) => new HostMount($"mount-{index}", mount.Source, mount.Path, mount.ReadOnly))];

    /// <summary>Whether one path is the other or lies in it.</summary>
    public static bool Overlap(string one, string other) => Contains(one, other) || Contains(other, one);

    /// <summary>Whether a path is a directory or lies in it.</summary>
    public static bool Contains(string directory, string path)
    {
        ArgumentNullException.ThrowIfNull(directory);
        ArgumentNullException.ThrowIfNull(path);
        return path == directory || path.StartsWith(directory == "/" ? "/" : directory + "/", StringComparison.Ordinal);
    }

    private static Failure? CheckPlace(WantedMount mount)
    {
        var wrong = mount.Path is not ['/', not '/', ..] ? "is not an absolute path"
            : mount.Path.EndsWith('/') || mount.Path[1..].Split('/').Any(part => part is "" or "." or "..") ? "is not a plain path"
            : mount.Path.Any(char.IsControl) ? "has a control character in it"
            : Systems.FirstOrDefault(system => Contains(mount.Path, system) || mount.Path == system || (system is "/proc" or "/sys" or "/dev" && Contains(system, mount.Path))) is { } system
                ? $"would hide {system}, which the container needs" : null;
        return wrong is null ? null : new Failure("mount.invalid", $"the mount's path in the container '{mount.Path}' ({mount.Origin}) {wrong}", "Write it like --mount ~/data:/data");
    }
}
