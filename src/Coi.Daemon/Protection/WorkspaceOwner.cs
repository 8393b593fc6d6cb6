using Coi.Domain.Slots;

namespace Coi.Daemon.Protection;

/// <summary>
/// Where owners are mapped by coi's own hook, only the user's uid and group are known inside, and Linux lets nobody write what belongs to
/// others (path_resolution(7) and "idmapped mounts": a file whose owner cannot be told in the mount is not written).
/// </summary>
internal static class WorkspaceOwner
{
    /// <summary>What to say about a workspace in which nothing can be written inside; null when it is the user's own.</summary>
    public static string? Notice(LaunchSpec spec)
    {
        if (!GuardHook.MapsOwners(spec) || LinuxCalls.StatPath(spec.Workspace) is not { } entry || (entry.Uid == spec.Uid && entry.Gid == spec.Gid)) return null;
        var whose = entry.Uid == spec.Uid ? $"the group {entry.Gid}, and yours is {spec.Gid}" : $"the user {entry.Uid} and the group {entry.Gid}, and you are {spec.Uid} and {spec.Gid}";
        return $"{spec.Workspace} belongs to {whose}: inside, nothing can be written in it. 'chown -R {spec.Uid}:{spec.Gid} {spec.Workspace}' changes that (docs/troubleshooting.md)";
    }
}
