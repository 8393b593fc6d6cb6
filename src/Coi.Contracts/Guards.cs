namespace Coi.Contracts;

/// <summary>What <c>coi guard</c> does for a container that is about to start; written by the daemon, read as root.</summary>
/// <param name="Workspace">Workspace on the host, for messages.</param>
/// <param name="Paths">Mounts in it, parents before what is in them.</param>
/// <param name="Owner">The user whose files keep their owner on both sides; null leaves owners to Incus.</param>
/// <param name="Mounts">Places inside, beside the workspace, whose owners are mapped in the same way.</param>
public sealed record GuardOrders(string Workspace, IReadOnlyList<GuardedPath> Paths, GuardOwner? Owner = null, IReadOnlyList<string>? Mounts = null);

/// <summary>A user, with the same ids inside and outside.</summary>
/// <param name="Uid">User id.</param>
/// <param name="Gid">Id of the primary group.</param>
public sealed record GuardOwner(int Uid, int Gid);

/// <summary>A path that gets a mount of its own inside.</summary>
/// <param name="Path">Path relative to the workspace.</param>
/// <param name="ReadOnly">Whether it is read-only; otherwise it can only not be renamed or removed.</param>
/// <param name="Opens">Whether it stays writable in a directory that is read-only; one that is gone needs nothing.</param>
public sealed record GuardedPath(string Path, bool ReadOnly, bool Opens = false);
