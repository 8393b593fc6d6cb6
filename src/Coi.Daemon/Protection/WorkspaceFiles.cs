using System.Runtime.InteropServices;
using Coi.Domain;
using Coi.Domain.Protection;

namespace Coi.Daemon.Protection;

/// <summary>Looks and works in a workspace in which somebody hostile may be at work at the same time: component by component, never through a link.</summary>
internal static class WorkspaceFiles
{
    private const int DirectoryMode = 0x1ed; // rwxr-xr-x
    private const int FileMode = 0x1a4; // rw-r--r--

    /// <summary>What a path is; one that leads through something else than directories is absent.</summary>
    public static PathKind Look(UnixDirectory workspace, string path) => In(workspace, path, (parent, name) => parent.Stat(name)?.Kind switch
    {
        null => PathKind.Absent,
        UnixEntryKind.Directory => PathKind.Directory,
        UnixEntryKind.Link => PathKind.Link,
        _ => PathKind.File,
    });

    /// <summary>Names of the directories in one.</summary>
    public static IReadOnlyList<string> Directories(UnixDirectory workspace, string path) => In(workspace, path, (parent, name) =>
    {
        using var directory = parent.TryOpenDirectory(name);
        return directory?.Names().Where(entry => directory.Stat(entry)?.Kind == UnixEntryKind.Directory).Order(StringComparer.Ordinal).ToList();
    }) ?? [];

    /// <summary>What a regular file says; null when there is none, or a larger one.</summary>
    public static byte[]? TryRead(UnixDirectory workspace, string path, long limit) => In(workspace, path, (parent, name) =>
        parent.Stat(name) is { Kind: UnixEntryKind.File } entry && entry.Size <= limit ? parent.TryRead(name, limit) : null);

    /// <summary>Makes a placeholder; one that exists is fine.</summary>
    /// <exception cref="FailureException">It cannot be made.</exception>
    public static void Make(UnixDirectory workspace, Placeholder placeholder) => In(workspace, placeholder.Path, (parent, name) =>
    {
        var error = placeholder.Directory ? MakeDirectory(parent, name) : MakeFile(parent, name);
        return error is 0 or LinuxCalls.AlreadyExists ? true : throw new FailureException(new Failure(
            "protection.unwritable",
            $"{placeholder.Path} is protected but does not exist, and nothing can be made in its place in {parent.Path}: {Marshal.GetPInvokeErrorMessage(error)}",
            $"Make {parent.Path} writable for you, or lift the protection with writable_paths = [\"{placeholder.Path}\"] in [security] of your configuration"));
    });

    /// <summary>Removes a placeholder that is still empty; what somebody has put there stays.</summary>
    public static void Remove(UnixDirectory workspace, Placeholder placeholder) => In(workspace, placeholder.Path, (parent, name) =>
    {
        if (placeholder.Directory) _ = LinuxCalls.Unlink(parent.Handle, LinuxCalls.Name(name), LinuxCalls.RemoveDirectory);
        else if (parent.Stat(name) is { Kind: UnixEntryKind.File, Size: 0 }) _ = LinuxCalls.Unlink(parent.Handle, LinuxCalls.Name(name), 0);
        return true;
    });

    private static int MakeDirectory(UnixDirectory parent, string name) =>
        LinuxCalls.MakeDirectory(parent.Handle, LinuxCalls.Name(name), DirectoryMode) == 0 ? 0 : Marshal.GetLastPInvokeError();

    private static int MakeFile(UnixDirectory parent, string name)
    {
        using var made = LinuxCalls.Open(parent.Handle, LinuxCalls.Name(name), LinuxCalls.WriteOnly | LinuxCalls.Create | LinuxCalls.Exclusive | LinuxCalls.NoFollow, FileMode, out var error);
        return error;
    }

    private static T? In<T>(UnixDirectory workspace, string path, Func<UnixDirectory, string, T> work)
    {
        var slash = path.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return work(workspace, path);
        try
        {
            using var next = workspace.TryOpenDirectory(path[..slash]);
            return next is null ? default : In(next, path[(slash + 1)..], work);
        }
        catch (UnsafeEntryException)
        {
            return default;
        }
    }
}
