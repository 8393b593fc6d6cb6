using System.Runtime.InteropServices;

namespace Coi.Daemon.Hosting;

/// <summary>The user whom this daemon works for.</summary>
/// <param name="Uid">Effective uid.</param>
/// <param name="Gid">Effective gid.</param>
/// <param name="HomeDirectory">Home directory.</param>
internal sealed partial record ProcessOwner(int Uid, int Gid, string HomeDirectory)
{
    /// <summary>The owner of this process.</summary>
    public static ProcessOwner Current() => new(
        (int)GetEffectiveUserId(),
        (int)GetEffectiveGroupId(),
        Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? home : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "getegid")]
    private static partial uint GetEffectiveGroupId();
}
