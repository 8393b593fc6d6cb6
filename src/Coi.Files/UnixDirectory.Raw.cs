using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Coi.Files;

/// <summary>The same by names as the kernel keeps them: bytes with their terminating zero, of which not all are text.</summary>
internal sealed partial class UnixDirectory
{
    private const int LongestLink = 4096; // PATH_MAX, limits.h

    /// <summary>A name for people.</summary>
    public static string Display(byte[] name) => Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1));

    /// <summary>What has this name, links not followed; null when nothing has.</summary>
    public UnixEntry? Stat(byte[] name) => LinuxCalls.Stat(_handle, name);

    /// <summary>Opens something that can be read by its path; links in it are the user's own and are followed.</summary>
    public static SafeFileHandle OpenTrustedFile(string path)
    {
        var descriptor = LinuxCalls.OpenPath(LinuxCalls.Terminated(path), LinuxCalls.ReadOnly | LinuxCalls.CloseOnExec, 0);
        return descriptor < 0 ? throw LinuxCalls.Failure($"open {path}", Marshal.GetLastPInvokeError()) : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Makes a file that only its owner may use, to be written.</summary>
    public SafeFileHandle CreateFile(byte[] name)
    {
        const int flags = LinuxCalls.WriteOnly | LinuxCalls.Create | LinuxCalls.Exclusive;
        return LinuxCalls.Open(_handle, name, flags | LinuxCalls.NoFollow, (int)PrivateFile, out var error)
            ?? throw LinuxCalls.Failure($"write {Path}/{Display(name)}", error);
    }

    /// <summary>Makes a directory that only its owner may enter.</summary>
    public UnixDirectory CreateDirectory(byte[] name)
    {
        if (LinuxCalls.MakeDirectory(_handle, name, (int)PrivateDirectory) != 0) throw Failure("create", name);
        return OpenDirectory(name);
    }

    /// <summary>Opens a sub-directory that is there.</summary>
    public UnixDirectory OpenDirectory(byte[] name) =>
        TryOpenDirectory(name, Display(name)) ?? throw LinuxCalls.Failure($"open {Path}/{Display(name)}", LinuxCalls.NotFound);

    /// <summary>What a symbolic link says.</summary>
    public byte[] ReadLink(byte[] name)
    {
        var text = new byte[LongestLink];
        var length = LinuxCalls.ReadLink(_handle, name, text, LongestLink);
        return length < 0 ? throw Failure("read", name) : text[..(int)length];
    }

    /// <summary>Makes a symbolic link; nothing of what it says is looked at.</summary>
    public void CreateLink(byte[] name, ReadOnlySpan<byte> text)
    {
        if (LinuxCalls.MakeLink([.. text, 0], _handle, name) != 0) throw Failure("create link", name);
    }

    /// <summary>Moves an entry to a name in another directory of the same file system; a file that has the name is replaced in one step.</summary>
    public void Move(byte[] name, UnixDirectory target, byte[] targetName)
    {
        if (LinuxCalls.Rename(_handle, name, target._handle, targetName) != 0) throw target.Failure("write", targetName);
    }

    /// <summary>Removes an entry, a directory with all that is in it.</summary>
    public void Delete(byte[] name) => UnixTree.Delete(this, name, $"{Path}/{Display(name)}");

    private IOException Failure(string action, byte[] name) => LinuxCalls.Failure($"{action} {Path}/{Display(name)}", Marshal.GetLastPInvokeError());
}
