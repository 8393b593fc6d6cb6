using Coi.Contracts;

namespace Coi.Cli.Guards;

/// <summary>
/// Mounts paths below a directory over themselves. Another container may be at work in the same workspace while this runs as root, so
/// nothing is done by path: each is opened without following any link and without leaving the workspace, and mounted by descriptor.
/// </summary>
internal static class GuardMounts
{
    private const ulong ReadOnly = 0x1, NoSetUserId = 0x2, NoDevices = 0x4; // MOUNT_ATTR_*, linux/mount.h
    private const ulong Private = 1 << 18; // MS_PRIVATE

    /// <summary>Puts the mounts; parents come before what is in them.</summary>
    public static void Put(string root, IReadOnlyList<GuardedPath> paths)
    {
        using var directory = MountCalls.Open(root);
        // Nothing of this may reach the workspace itself. And what root inside leaves there works for nobody through this mount.
        MountCalls.Change(directory, "the workspace's mount", NoSetUserId | NoDevices, Private);
        foreach (var path in paths)
        {
            using var target = MountCalls.OpenBelow(directory, path.Path);
            using var copy = MountCalls.Copy(target, path.Path);
            if (path.ReadOnly) MountCalls.Change(copy, path.Path, ReadOnly | NoSetUserId | NoDevices, 0);
            MountCalls.Attach(copy, target, path.Path);
        }
    }
}
