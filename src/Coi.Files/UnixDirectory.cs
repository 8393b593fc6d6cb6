using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Coi.Files;

/// <summary>
/// A directory held by its descriptor. Every access below it names one component and never follows a symbolic link, so that
/// whoever else can write there (a container) cannot lead us elsewhere, not even between a check and a use.
/// </summary>
internal sealed partial class UnixDirectory : IDisposable
{
    public const UnixFileMode PrivateDirectory = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    public const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const string TemporaryPrefix = ".coi-";
    private const string TemporarySuffix = ".tmp";

    private readonly SafeFileHandle _handle;

    private UnixDirectory(SafeFileHandle handle, string path)
    {
        _handle = handle;
        Path = path;
    }

    /// <summary>Where it was found; only for messages.</summary>
    public string Path { get; }

    /// <summary>Opens a directory by its path; links in it are the user's own and are followed. Null when it is absent.</summary>
    public static UnixDirectory? TryOpenTrusted(string path)
    {
        var descriptor = LinuxCalls.OpenPath(LinuxCalls.Terminated(path), LinuxCalls.ReadOnly | LinuxCalls.Directory | LinuxCalls.CloseOnExec, 0);
        if (descriptor >= 0)
            return new UnixDirectory(new SafeFileHandle(descriptor, ownsHandle: true), path);
        var error = Marshal.GetLastPInvokeError();
        return error is LinuxCalls.NotFound ? null : throw LinuxCalls.Failure($"open {path}", error);
    }

    /// <summary>Opens a directory of ours by its path, made first, together with its parents, where it is absent; only its owner may enter.</summary>
    public static UnixDirectory OpenOrCreatePrivate(string path)
    {
        Directory.CreateDirectory(path, PrivateDirectory);
        var directory = TryOpenTrusted(path) ?? throw new IOException($"{path} was removed while it was being made");
        // Older programs made these directories readable for everybody, although credentials lie in them.
        File.SetUnixFileMode(directory._handle, PrivateDirectory);
        return directory;
    }

    /// <summary>Reads a regular file of the user's own by its path, links followed; null when it is absent.</summary>
    /// <exception cref="UnsafeEntryException">It is no regular file, or larger than <paramref name="limit"/>.</exception>
    public static TrustedFile? TryReadTrusted(string path, long limit)
    {
        var flags = LinuxCalls.ReadOnly | LinuxCalls.NonBlocking | LinuxCalls.CloseOnExec;
        var descriptor = LinuxCalls.OpenPath(LinuxCalls.Terminated(path), flags, 0);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error is LinuxCalls.NotFound or LinuxCalls.NotADirectory ? null : throw LinuxCalls.Failure($"open {path}", error);
        }
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        var entry = LinuxCalls.StatOpen(handle);
        if (entry?.Kind is not UnixEntryKind.File)
            throw new UnsafeEntryException(path, "is not a regular file");
        return new TrustedFile(Read(handle, path, limit), entry.Mode, entry.Modified);
    }

    /// <summary>Opens a sub-directory; null when it is absent.</summary>
    /// <exception cref="UnsafeEntryException">Something else than a directory has its name.</exception>
    public UnixDirectory? TryOpenDirectory(string name) => TryOpenDirectory(LinuxCalls.Name(name), name);

    /// <summary>Opens a sub-directory and makes it first where it is absent.</summary>
    public UnixDirectory OpenOrCreateDirectory(string name)
    {
        if (LinuxCalls.MakeDirectory(_handle, LinuxCalls.Name(name), (int)PrivateDirectory) != 0
            && Marshal.GetLastPInvokeError() is var error and not LinuxCalls.AlreadyExists)
            throw LinuxCalls.Failure($"create {Path}/{name}", error);
        return TryOpenDirectory(name) ?? throw new IOException($"{Path}/{name} was removed while it was being made");
    }

    /// <summary>What has this name, links not followed; null when nothing has.</summary>
    public UnixEntry? Stat(string name) => LinuxCalls.Stat(_handle, LinuxCalls.Name(name));

    /// <summary>Reads a regular file; null when it is absent.</summary>
    /// <exception cref="UnsafeEntryException">It is no regular file, or larger than <paramref name="limit"/>.</exception>
    public byte[]? TryRead(string name, long limit)
    {
        using var handle = OpenFile(name);
        return handle is null ? null : Read(handle, $"{Path}/{name}", limit);
    }

    private static byte[] Read(SafeFileHandle handle, string path, long limit)
    {
        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            content.Write(buffer, 0, read);
            if (content.Length > limit)
                throw new UnsafeEntryException(path, $"is larger than {limit} bytes");
        }
        return content.ToArray();
    }

    /// <summary>Opens a regular file for reading; null when it is absent.</summary>
    /// <exception cref="UnsafeEntryException">It is no regular file.</exception>
    public SafeFileHandle? OpenFile(string name) => OpenFile(LinuxCalls.Name(name), name);

    internal SafeFileHandle? OpenFile(byte[] name, string display)
    {
        // Non-blocking, or a planted pipe would hold us for ever; the type is checked on what was opened, not on the name.
        var flags = LinuxCalls.ReadOnly | LinuxCalls.NoFollow | LinuxCalls.NonBlocking;
        var handle = LinuxCalls.Open(_handle, name, flags, 0, out var error);
        if (handle is null)
        {
            return error switch
            {
                LinuxCalls.NotFound => null,
                LinuxCalls.TooManyLinks => throw new UnsafeEntryException($"{Path}/{display}", "is a symbolic link"),
                LinuxCalls.WouldNotOpen => throw new UnsafeEntryException($"{Path}/{display}", "is not a regular file"),
                _ => throw LinuxCalls.Failure($"open {Path}/{display}", error),
            };
        }
        if (LinuxCalls.StatOpen(handle)?.Kind is UnixEntryKind.File)
            return handle;
        handle.Dispose();
        throw new UnsafeEntryException($"{Path}/{display}", "is not a regular file");
    }

    /// <summary>Writes a file so that readers see either the old or the new content; a durable one survives a power loss too.</summary>
    public void Write(string name, ReadOnlySpan<byte> content, UnixFileMode mode = PrivateFile, DateTimeOffset? modified = null, bool durable = true)
    {
        var target = LinuxCalls.Name(name);
        var temporary = LinuxCalls.Name(TemporaryName());
        var flags = LinuxCalls.WriteOnly | LinuxCalls.Create | LinuxCalls.Exclusive | LinuxCalls.NoFollow;
        using (var handle = LinuxCalls.Open(_handle, temporary, flags, (int)PrivateFile, out var error)
            ?? throw LinuxCalls.Failure($"write {Path}/{name}", error))
        {
            try
            {
                File.SetUnixFileMode(handle, mode);
                RandomAccess.Write(handle, content, fileOffset: 0);
                if (modified is { } time)
                    File.SetLastWriteTimeUtc(handle, time.UtcDateTime);
                if (durable)
                    RandomAccess.FlushToDisk(handle);
                if (LinuxCalls.Rename(_handle, temporary, _handle, target) != 0)
                    throw LinuxCalls.Failure($"write {Path}/{name}", Marshal.GetLastPInvokeError());
            }
            catch (IOException)
            {
                _ = LinuxCalls.Unlink(_handle, temporary, 0);
                throw;
            }
        }
        // Without it the rename itself may be lost; a file system that cannot do it has nothing to lose.
        if (durable)
            _ = LinuxCalls.Flush(_handle);
    }

    /// <summary>Gives an entry another name in the same directory.</summary>
    public void Rename(string name, string newName)
    {
        if (LinuxCalls.Rename(_handle, LinuxCalls.Name(name), _handle, LinuxCalls.Name(newName)) != 0)
            throw LinuxCalls.Failure($"rename {Path}/{name}", Marshal.GetLastPInvokeError());
    }

    /// <summary>Names of its entries, in no order; those that are not UTF-8 are left out.</summary>
    public IReadOnlyList<string> Names() =>
        [.. RawNames().Select(name => Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1))).Where(name => !name.Contains('\uFFFD'))];

    /// <summary>Removes what an interrupted <see cref="Write"/> left behind.</summary>
    public void RemoveLeftovers()
    {
        foreach (var name in Names())
        {
            if (name.StartsWith(TemporaryPrefix, StringComparison.Ordinal) && name.EndsWith(TemporarySuffix, StringComparison.Ordinal))
                _ = LinuxCalls.Unlink(_handle, LinuxCalls.Name(name), 0);
        }
    }

    /// <summary>Removes an entry, a directory with all that is in it; nothing outside is touched. Absent is done.</summary>
    public void Delete(string name) => UnixTree.Delete(this, LinuxCalls.Name(name), $"{Path}/{name}");

    /// <inheritdoc />
    public void Dispose() => _handle.Dispose();

    internal SafeFileHandle Handle => _handle;

    internal UnixDirectory? TryOpenDirectory(byte[] name, string display)
    {
        var flags = LinuxCalls.ReadOnly | LinuxCalls.Directory | LinuxCalls.NoFollow;
        var handle = LinuxCalls.Open(_handle, name, flags, 0, out var error);
        if (handle is not null)
            return new UnixDirectory(handle, $"{Path}/{display}");
        return error switch
        {
            LinuxCalls.NotFound => null,
            // Linux answers ENOTDIR, not ELOOP, for a link when a directory is asked for.
            LinuxCalls.NotADirectory or LinuxCalls.TooManyLinks => throw new UnsafeEntryException($"{Path}/{display}", "is not a directory"),
            _ => throw LinuxCalls.Failure($"open {Path}/{display}", error),
        };
    }

    /// <summary>Names of its entries as the kernel keeps them, each with its terminating zero.</summary>
    internal List<byte[]> RawNames()
    {
        // A descriptor has one position: listing twice needs a descriptor of its own.
        using var handle = LinuxCalls.Open(_handle, LinuxCalls.Terminated("."), LinuxCalls.ReadOnly | LinuxCalls.Directory, 0, out var error)
            ?? throw LinuxCalls.Failure($"list {Path}", error);
        var names = new List<byte[]>();
        var buffer = new byte[32 * 1024];
        for (nint length; (length = LinuxCalls.ReadEntries(handle, buffer, (nuint)buffer.Length)) != 0;)
        {
            if (length < 0)
                throw LinuxCalls.Failure($"list {Path}", Marshal.GetLastPInvokeError());
            // struct linux_dirent64: inode 8, offset 8, record length 2, type 1, name with its zero.
            for (var at = 0; at < length; at += BitConverter.ToUInt16(buffer, at + 16))
            {
                var end = Array.IndexOf(buffer, (byte)0, at + 19);
                var name = buffer[(at + 19)..(end + 1)];
                if (name is not ([(byte)'.', 0] or [(byte)'.', (byte)'.', 0]))
                    names.Add(name);
            }
        }
        return names;
    }

    internal static string TemporaryName() => $"{TemporaryPrefix}{RandomNumberGenerator.GetHexString(16, lowercase: true)}{TemporarySuffix}";
}

/// <summary>A file of the user's own.</summary>
internal sealed record TrustedFile(byte[] Content, UnixFileMode Mode, DateTimeOffset Modified);

/// <summary>Something in a directory that others can write is not what it has to be.</summary>
internal sealed class UnsafeEntryException(string path, string reason) : IOException($"{path} {reason}");
