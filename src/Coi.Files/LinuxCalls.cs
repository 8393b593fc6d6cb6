using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Coi.Files;

/// <summary>The few system calls that work relative to a held directory; the class library offers only paths, which can be swapped underfoot.</summary>
internal static class LinuxCalls
{
    public const int NotFound = 2, WouldNotOpen = 6, NoSuchOffset = 6, AlreadyExists = 17, NotADirectory = 20, IsADirectory = 21, TooManyLinks = 40;

    public const int ReadOnly = 0, WriteOnly = 1, Create = 0x40, Exclusive = 0x80, NonBlocking = 0x800, CloseOnExec = 0x80000;

    // These two differ between architectures: asm-generic/fcntl.h against arch/arm64/include/uapi/asm/fcntl.h.
    public static readonly int Directory = Arm ? 0x4000 : 0x10000;
    public static readonly int NoFollow = Arm ? 0x8000 : 0x20000;

    public const int RemoveDirectory = 0x200;

    private const int SymlinkNoFollow = 0x100;
    private const int EmptyPath = 0x1000;
    private const uint BasicStats = 0x7ff;
    private static readonly SafeFileHandle Anywhere = new(-100, ownsHandle: false); // AT_FDCWD, fcntl.h: of no effect for absolute paths

    private static bool Arm => RuntimeInformation.ProcessArchitecture is Architecture.Arm64;

    public static byte[] Name(string name)
    {
        // One component only: whoever passes more would follow links that nobody checked.
        if (name.Length == 0 || name is "." or ".." || name.Contains('/') || name.Contains('\0'))
            throw new ArgumentException($"'{name}' is not a single path component", nameof(name));
        return Terminated(name);
    }

    /// <summary>As <see cref="Name(string)"/>, for names that somebody else chose and that need not be text.</summary>
    public static byte[] Name(ReadOnlySpan<byte> name)
    {
        if (name.Length == 0 || name.SequenceEqual("."u8) || name.SequenceEqual(".."u8) || name.ContainsAny((byte)'/', (byte)0))
            throw new UnsafeEntryException($"'{Encoding.UTF8.GetString(name)}'", "is not a single path component");
        return [.. name, 0];
    }

    public static byte[] Terminated(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }

    public static SafeFileHandle? Open(SafeFileHandle directory, byte[] name, int flags, int mode, out int error)
    {
        var descriptor = OpenAt(directory, name, flags | CloseOnExec, mode);
        error = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Type, size and time of an entry, its links not followed; null when it is absent.</summary>
    public static UnixEntry? Stat(SafeFileHandle directory, byte[] name) => Stat(directory, name, SymlinkNoFollow);

    /// <summary>As <see cref="Stat(SafeFileHandle, byte[])"/> of what a link leads to; null when it leads nowhere.</summary>
    public static UnixEntry? StatBehind(SafeFileHandle directory, byte[] name) => Stat(directory, name, 0);

    /// <summary>The same of what an absolute path leads to.</summary>
    public static UnixEntry? StatPath(string path) => Stat(Anywhere, Terminated(path), 0);

    /// <summary>Type, size and time of what is open.</summary>
    public static UnixEntry? StatOpen(SafeFileHandle handle) => Stat(handle, [0], EmptyPath);

    private static UnixEntry? Stat(SafeFileHandle directory, byte[] name, int flags)
    {
        var buffer = new byte[256];
        if (StatX(directory, name, flags, BasicStats, buffer) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is NotFound or NotADirectory ? null : throw Failure("stat", error);
        }
        // struct statx, linux/stat.h; the same on every architecture.
        var mode = BitConverter.ToUInt16(buffer, 28);
        var size = BitConverter.ToInt64(buffer, 40);
        var modified = DateTimeOffset.FromUnixTimeSeconds(BitConverter.ToInt64(buffer, 112)).AddTicks(BitConverter.ToUInt32(buffer, 120) / 100);
        return new UnixEntry((UnixEntryKind)(mode & 0xf000), (UnixFileMode)(mode & 0xfff), size, modified) { Uid = BitConverter.ToUInt32(buffer, 20), Gid = BitConverter.ToUInt32(buffer, 24) };
    }

    /// <summary>A path without links in it; null when it does not exist or may not be looked up.</summary>
    public static string? RealPath(string path)
    {
        var resolved = new byte[4097]; // PATH_MAX, limits.h
        return RealPath(Terminated(path), resolved) == 0 ? null : Encoding.UTF8.GetString(resolved, 0, Array.IndexOf(resolved, (byte)0));
    }

    public static IOException Failure(string action, int error) =>
        new($"{action}: {Marshal.GetPInvokeErrorMessage(error)}", new Win32Exception(error));

    [DllImport("libc", EntryPoint = "realpath", SetLastError = true)]
    private static extern nint RealPath(byte[] path, byte[] resolved);

    [DllImport("libc", EntryPoint = "openat", SetLastError = true)]
    private static extern int OpenAt(SafeFileHandle directory, byte[] name, int flags, int mode);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    public static extern int OpenPath(byte[] path, int flags, int mode);

    [DllImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
    public static extern int MakeDirectory(SafeFileHandle directory, byte[] name, int mode);

    [DllImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
    public static extern int Unlink(SafeFileHandle directory, byte[] name, int flags);

    [DllImport("libc", EntryPoint = "renameat", SetLastError = true)]
    public static extern int Rename(SafeFileHandle from, byte[] oldName, SafeFileHandle to, byte[] newName);

    [DllImport("libc", EntryPoint = "getdents64", SetLastError = true)]
    public static extern nint ReadEntries(SafeFileHandle directory, byte[] buffer, nuint length);

    [DllImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static extern long Seek(SafeFileHandle handle, long offset, int whence);

    [DllImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    public static extern nint ReadLink(SafeFileHandle directory, byte[] name, byte[] buffer, nuint length);

    [DllImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
    public static extern int MakeLink(byte[] text, SafeFileHandle directory, byte[] name);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static extern int Flush(SafeFileHandle handle);

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    private static extern int StatX(SafeFileHandle directory, byte[] name, int flags, uint mask, byte[] buffer);
}

/// <summary>What an entry of a directory is, links not followed.</summary>
internal enum UnixEntryKind
{
    Other = 0,
    Directory = 0x4000,
    File = 0x8000,
    Link = 0xa000,
}

/// <summary>An entry of a directory, links not followed.</summary>
internal sealed record UnixEntry(UnixEntryKind Kind, UnixFileMode Mode, long Size, DateTimeOffset Modified)
{
    /// <summary>Whose it is.</summary>
    public uint Uid { get; init; }

    /// <summary>Its group.</summary>
    public uint Gid { get; init; }
}
