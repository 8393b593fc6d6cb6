using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Coi.Files;

/// <summary>
/// Copies a tree that somebody else can write while it is being copied: files, directories and links as links; nothing is followed, and
/// pipes, sockets and what lies absurdly deep stay behind.
/// </summary>
internal sealed class UnixTreeCopy
{
    private const int DeepestLevel = 32;
    private const int MostNotices = 5;
    private const int LongestLink = 4096;
    private readonly byte[] _buffer = new byte[128 * 1024];
    private readonly List<string> _notices = [];

    /// <summary>What was left behind and why; the first few.</summary>
    public IReadOnlyList<string> Notices => _notices;

    /// <summary>Copies what is in <paramref name="source"/>, but for one name at the top.</summary>
    public void Run(UnixDirectory source, UnixDirectory target, string except)
    {
        var excepted = LinuxCalls.Name(except);
        foreach (var name in source.RawNames().Where(name => !name.AsSpan().SequenceEqual(excepted))) Guarded(source, target, name, level: 1);
    }

    private void Guarded(UnixDirectory source, UnixDirectory target, byte[] name, int level)
    {
        try
        {
            Copy(source, target, name, level);
        }
        catch (IOException e)
        {
            if (_notices.Count < MostNotices) _notices.Add($"not copied: {e.Message}");
        }
    }

    private void Copy(UnixDirectory source, UnixDirectory target, byte[] name, int level)
    {
        switch (LinuxCalls.Stat(source.Handle, name)?.Kind)
        {
            case UnixEntryKind.Directory when level < DeepestLevel:
                using (var from = source.TryOpenDirectory(name, Display(name)))
                {
                    if (from is null) return;
                    if (LinuxCalls.MakeDirectory(target.Handle, name, (int)UnixDirectory.PrivateDirectory) != 0) throw Failure("create", target, name);
                    using var to = target.TryOpenDirectory(name, Display(name)) ?? throw Failure("open", target, name);
                    foreach (var child in from.RawNames()) Guarded(from, to, child, level + 1);
                }

                break;
            case UnixEntryKind.File:
                CopyFile(source, target, name);
                break;
            case UnixEntryKind.Link:
                CopyLink(source, target, name);
                break;
        }
    }

    private void CopyFile(UnixDirectory source, UnixDirectory target, byte[] name)
    {
        const int reading = LinuxCalls.ReadOnly | LinuxCalls.NonBlocking;
        using var from = LinuxCalls.Open(source.Handle, name, reading | LinuxCalls.NoFollow, 0, out var error);
        if (from is null)
        {
            if (error is LinuxCalls.NotFound) return; // removed meanwhile
            throw LinuxCalls.Failure($"read {source.Path}/{Display(name)}", error);
        }

        // The type is that of what was opened; the name may mean something else by now.
        if (LinuxCalls.StatOpen(from) is not { Kind: UnixEntryKind.File } entry) return;
        const int writing = LinuxCalls.WriteOnly | LinuxCalls.Create | LinuxCalls.Exclusive;
        using var to = LinuxCalls.Open(target.Handle, name, writing | LinuxCalls.NoFollow, (int)UnixDirectory.PrivateFile, out var refused)
            ?? throw LinuxCalls.Failure($"write {target.Path}/{Display(name)}", refused);
        CopyBytes(from, to, entry.Size);
        File.SetUnixFileMode(to, entry.Mode & (UnixFileMode)0b111_111_111);
        // Which conversation is the newest is told by these.
        File.SetLastWriteTimeUtc(to, entry.Modified.UtcDateTime);
    }

    // No further than it went when it was opened: a file that grows as fast as it is read would never end.
    private void CopyBytes(SafeFileHandle from, SafeFileHandle to, long size)
    {
        for (long at = 0; at < size;)
        {
            var count = RandomAccess.Read(from, _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, size - at)), at);
            if (count == 0) return;
            RandomAccess.Write(to, _buffer.AsSpan(0, count), at);
            at += count;
        }
    }

    private static void CopyLink(UnixDirectory source, UnixDirectory target, byte[] name)
    {
        var text = new byte[LongestLink + 1];
        var length = LinuxCalls.ReadLink(source.Handle, name, text, LongestLink);
        if (length < 0) throw Failure("read", source, name);
        text[length] = 0;
        if (LinuxCalls.MakeLink(text, target.Handle, name) != 0) throw Failure("write", target, name);
    }

    private static IOException Failure(string action, UnixDirectory directory, byte[] name) =>
        LinuxCalls.Failure($"{action} {directory.Path}/{Display(name)}", Marshal.GetLastPInvokeError());

    private static string Display(byte[] name) => System.Text.Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1));
}
