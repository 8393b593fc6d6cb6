using System.Runtime.InteropServices;

namespace Coi.Daemon.Hosting;

/// <summary>The user whom this daemon works for.</summary>
/// <param name="Uid">Effective uid.</param>
/// <param name="Gid">The user's own group where this process is in it, whatever group it was started with: <c>newgrp incus-admin</c> and <c>sg</c> change that, not whose files are whose.</param>
/// <param name="HomeDirectory">Home directory.</param>
internal sealed partial record ProcessOwner(int Uid, int Gid, string HomeDirectory)
{
    private const int MostGroups = 65536; // NGROUPS_MAX, limits.h

    /// <summary>The owner of this process.</summary>
    public static ProcessOwner Current()
    {
        var (uid, gid) = (GetEffectiveUserId(), GetEffectiveGroupId());
        return new ProcessOwner(
            (int)uid,
            (int)(OwnGroup(uid) is { } own && own != gid && Groups().Contains(own) ? own : gid),
            Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? home : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));
    }

    /// <summary>
    /// Gives a directory and what this user has in it the user's group, where that is another: this process makes things of the group that it was started with.
    /// Nothing may be running that changes the directory. Links are left alone, and so is what others left there, such as root inside.
    /// </summary>
    /// <exception cref="IOException">The directory cannot be given to the group.</exception>
    public void TakeOver(string directory)
    {
        if (LinuxCalls.StatPath(directory) is not { } entry || (entry.Gid == Gid && Gid == (int)GetEffectiveGroupId())) return;
        if (ChangeOwner(directory, uint.MaxValue, (uint)Gid) != 0) throw new IOException($"{directory} cannot be given to group {Gid}: {Marshal.GetLastPInvokeErrorMessage()}");
        var all = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var path in Directory.EnumerateFileSystemEntries(directory, "*", all)) _ = ChangeOwner(path, uint.MaxValue, (uint)Gid);
    }

    private static ReadOnlySpan<uint> Groups()
    {
        var groups = new uint[MostGroups];
        return groups.AsSpan(0, Math.Max(GetGroups(groups.Length, groups), 0));
    }

    /// <summary>The group that a user has by the user database; null for one that it does not know.</summary>
    private static uint? OwnGroup(uint uid)
    {
        // struct passwd, pwd.h, on Linux with any libc: two pointers, uid, gid, three pointers. The texts lie in the second buffer.
        var (entry, texts) = (new byte[64], new byte[16 * 1024]);
        if (GetPasswd(uid, entry, texts, (nuint)texts.Length, out var found) != 0 || found == 0) return null;
        return BitConverter.ToUInt32(entry, (2 * nint.Size) + sizeof(uint));
    }

    [LibraryImport("libc", EntryPoint = "getpwuid_r")]
    private static partial int GetPasswd(uint uid, [Out] byte[] entry, [Out] byte[] texts, nuint length, out nint found);

    [LibraryImport("libc", EntryPoint = "getgroups")]
    private static partial int GetGroups(int size, [Out] uint[] groups);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint uid, uint gid);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint GetEffectiveGroupId();
}
