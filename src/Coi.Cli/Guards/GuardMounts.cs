using Coi.Contracts;
using Microsoft.Win32.SafeHandles;

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
    /// <param name="root">Where the workspace's mount is prepared.</param>
    /// <param name="paths">What is guarded.</param>
    public static void Put(string root, IReadOnlyList<GuardedPath> paths)
    {
        using var directory = MountCalls.Open(root);
        // Nothing of this may reach the workspace itself.
        MountCalls.Change(directory, "the workspace's mount", NoSetUserId | NoDevices, Private);
        foreach (var path in paths)
        {
            using var target = path.Opens ? MountCalls.TryOpenBelow(directory, path.Path) : MountCalls.OpenBelow(directory, path.Path);
            if (target is null) continue;
            using var copy = MountCalls.Copy(target, path.Path);
            if (path.Opens) MountCalls.Clear(copy, path.Path, ReadOnly);
            if (path.ReadOnly) MountCalls.Change(copy, path.Path, ReadOnly | NoSetUserId | NoDevices, 0);
            MountCalls.Attach(copy, target, path.Path);
        }
    }

    /// <summary>Has a user namespace say whose files are whose inside.</summary>
    /// <param name="root">Where a mount is prepared.</param>
    /// <param name="what">What it is, for messages.</param>
    /// <param name="owners">The namespace.</param>
    public static void MapOwners(string root, string what, SafeFileHandle owners)
    {
        // Only a mount that is attached nowhere can be mapped, so Incus' own is replaced by a copy.
        using var mount = MountCalls.Open(root);
        using var copy = MountCalls.Copy(mount, what);
        MountCalls.Map(copy, what, owners);
        MountCalls.Detach(root);
        using var place = MountCalls.Open(root);
        MountCalls.Attach(copy, place, what);
    }
}
