using System.Runtime.InteropServices;

namespace Coi.Files;

/// <summary>Measures and removes trees that somebody hostile may have built.</summary>
internal static class UnixTree
{
    // Each level holds a descriptor and a stack frame; a container can nest far deeper than either allows.
    private const int DeepestRecursion = 32;

    /// <summary>Size of the files below a directory in bytes; what cannot be read, or lies absurdly deep, is not counted.</summary>
    public static long Size(UnixDirectory directory, int depth = 0)
    {
        long size = 0;
        foreach (var name in directory.RawNames())
        {
            var entry = LinuxCalls.Stat(directory.Handle, name);
            if (entry is { Kind: UnixEntryKind.File }) size += entry.Size;
            if (entry is not { Kind: UnixEntryKind.Directory } || depth >= DeepestRecursion) continue;
            using var child = TryOpen(directory, name);
            if (child is not null) size += Size(child, depth + 1);
        }

        return size;
    }

    public static void Delete(UnixDirectory parent, byte[] name, string display)
    {
        switch (LinuxCalls.Stat(parent.Handle, name)?.Kind)
        {
            case null:
                return;
            case UnixEntryKind.Directory:
                using (var root = parent.TryOpenDirectory(name, display))
                {
                    if (root is not null)
                    {
                        // What lies too deep is moved up to the root, and the next round takes it.
                        while (Empty(root, root, depth: 0))
                        {
                        }
                    }
                }
                Unlink(parent, name, LinuxCalls.RemoveDirectory, display);
                return;
            default:
                Unlink(parent, name, 0, display);
                return;
        }
    }

    /// <summary>Empties a directory; true when something was moved up to the root instead of being removed.</summary>
    private static bool Empty(UnixDirectory directory, UnixDirectory root, int depth)
    {
        File.SetUnixFileMode(directory.Handle, UnixDirectory.PrivateDirectory);
        var moved = false;
        foreach (var name in directory.RawNames())
        {
            if (LinuxCalls.Stat(directory.Handle, name)?.Kind is not UnixEntryKind.Directory)
            {
                Unlink(directory, name, 0, directory.Path);
                continue;
            }
            if (depth >= DeepestRecursion)
            {
                if (LinuxCalls.Rename(directory.Handle, name, root.Handle, LinuxCalls.Name(UnixDirectory.TemporaryName())) != 0)
                    throw LinuxCalls.Failure($"empty {directory.Path}", Marshal.GetLastPInvokeError());
                moved = true;
                continue;
            }
            using (var child = directory.TryOpenDirectory(name, "…"))
            {
                if (child is not null)
                    moved |= Empty(child, root, depth + 1);
            }
            Unlink(directory, name, LinuxCalls.RemoveDirectory, directory.Path);
        }
        return moved;
    }

    private static UnixDirectory? TryOpen(UnixDirectory directory, byte[] name)
    {
        try
        {
            return directory.TryOpenDirectory(name, "…");
        }
        catch (IOException)
        {
            // Not ours to read, or no directory any more.
            return null;
        }
    }

    private static void Unlink(UnixDirectory directory, byte[] name, int flags, string display)
    {
        if (LinuxCalls.Unlink(directory.Handle, name, flags) != 0 && Marshal.GetLastPInvokeError() is var error and not LinuxCalls.NotFound)
            throw LinuxCalls.Failure($"delete {display}", error);
    }
}
