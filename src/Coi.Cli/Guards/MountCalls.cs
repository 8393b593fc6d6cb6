using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Coi.Cli.Guards;

/// <summary>Linux' calls for mounts by descriptor, which the C library of older systems has no names for (their numbers are the same everywhere: asm-generic/unistd.h).</summary>
internal static unsafe partial class MountCalls
{
    private const long OpenTree = 428, MoveMount = 429, OpenAt2 = 437, MountSetAttributes = 442;
    private const int CurrentDirectory = -100; // AT_FDCWD
    private const uint EmptyPath = 0x1000, Recursive = 0x8000; // AT_*, linux/fcntl.h
    private const uint Clone = 0x1, CloseOnExec = 0x80000; // OPEN_TREE_*
    private const uint FromDescriptor = 0x4, ToDescriptor = 0x40; // MOVE_MOUNT_*_EMPTY_PATH
    private const ulong PathOnly = 0x200000; // O_PATH
    private const ulong NoMagicLinks = 0x2, NoLinks = 0x4, Beneath = 0x8; // RESOLVE_*, linux/openat2.h

    /// <summary>A directory by its path, which is Incus' own.</summary>
    public static SafeFileHandle Open(string path) => OpenWith(CurrentDirectory, path, 0, path);

    /// <summary>Something below a directory, reached over directories only.</summary>
    public static SafeFileHandle OpenBelow(SafeFileHandle directory, string path) =>
        OpenWith((int)directory.DangerousGetHandle(), path, NoMagicLinks | NoLinks | Beneath, path);

    /// <summary>The same; null when it is not there any more.</summary>
    public static SafeFileHandle? TryOpenBelow(SafeFileHandle directory, string path)
    {
        const int absent = 2; // ENOENT
        try
        {
            return OpenBelow(directory, path);
        }
        catch (IOException) when (Marshal.GetLastPInvokeError() == absent)
        {
            return null;
        }
    }

    /// <summary>A copy of the mount that something is on, beginning there; attached nowhere yet.</summary>
    public static SafeFileHandle Copy(SafeFileHandle target, string what)
    {
        var nothing = stackalloc byte[1];
        return Handle(Call(OpenTree, target.DangerousGetHandle(), (nint)nothing, (nint)(Clone | CloseOnExec | EmptyPath | Recursive), 0, 0), "copy the mount of", what);
    }

    /// <summary>Sets attributes and propagation of a mount and of all below it.</summary>
    public static void Change(SafeFileHandle mount, string what, ulong attributes, ulong propagation)
    {
        var nothing = stackalloc byte[1];
        var change = stackalloc ulong[4] { attributes, 0, propagation, 0 }; // struct mount_attr
        Check(Call(MountSetAttributes, mount.DangerousGetHandle(), (nint)nothing, (nint)(EmptyPath | Recursive), (nint)change, 32), "change", what);
    }

    /// <summary>Takes attributes from a mount, not from those below it.</summary>
    public static void Clear(SafeFileHandle mount, string what, ulong attributes)
    {
        var nothing = stackalloc byte[1];
        var change = stackalloc ulong[4] { 0, attributes, 0, 0 };
        Check(Call(MountSetAttributes, mount.DangerousGetHandle(), (nint)nothing, (nint)EmptyPath, (nint)change, 32), "change", what);
    }

    /// <summary>Maps the owners of a mount's files, and of all below it, as a user namespace says.</summary>
    public static void Map(SafeFileHandle mount, string what, SafeFileHandle userNamespace)
    {
        const ulong idMap = 0x100000; // MOUNT_ATTR_IDMAP
        var nothing = stackalloc byte[1];
        var change = stackalloc ulong[4] { idMap, 0, 0, (ulong)userNamespace.DangerousGetHandle() };
        Check(Call(MountSetAttributes, mount.DangerousGetHandle(), (nint)nothing, (nint)(EmptyPath | Recursive), (nint)change, 32), "map the owners of", what);
    }

    /// <summary>Takes the mount at a path away.</summary>
    public static void Detach(string path)
    {
        const int detach = 0x2; // MNT_DETACH
        Check(Unmount(path, detach), "unmount", path);
    }

    /// <summary>Attaches a mount on top of something.</summary>
    public static void Attach(SafeFileHandle mount, SafeFileHandle target, string what)
    {
        var nothing = stackalloc byte[1];
        Check(Call(MoveMount, mount.DangerousGetHandle(), (nint)nothing, target.DangerousGetHandle(), (nint)nothing, (nint)(FromDescriptor | ToDescriptor)), "mount", what);
    }

    private static SafeFileHandle OpenWith(int directory, string path, ulong resolve, string what)
    {
        var how = stackalloc ulong[3] { PathOnly | CloseOnExec, 0, resolve }; // struct open_how
        fixed (byte* name = Encoding.UTF8.GetBytes(path + '\0')) return Handle(Call(OpenAt2, directory, (nint)name, (nint)how, 24, 0), "open", what);
    }

    private static SafeFileHandle Handle(nint descriptor, string action, string what)
    {
        Check(descriptor, action, what);
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static void Check(nint result, string action, string what)
    {
        if (result < 0) throw new IOException($"cannot {action} {what}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(long number, nint first, nint second, nint third, nint fourth, nint fifth);

    [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string path, int flags);
}
