using System.Reflection;

namespace Coi.Daemon.Hosting;

/// <summary>The version of this daemon.</summary>
internal static class DaemonVersion
{
    /// <summary>Version as text, such as <c>0.1.0</c>.</summary>
    public static string Text { get; } =
        typeof(DaemonVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary>Whether a caller of that version is newer; a version that cannot be read is not.</summary>
    public static bool IsOlderThan(string caller) =>
        Version.TryParse(caller.Split('-', '+')[0], out var theirs) && Version.TryParse(Text.Split('-')[0], out var own) && theirs > own;
}
