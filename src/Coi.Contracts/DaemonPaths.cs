using System.Runtime.InteropServices;
using System.Text;

namespace Coi.Contracts;

/// <summary>Where <c>coi</c> and <c>coid</c> meet: both derive the same paths from the same environment.</summary>
public static partial class DaemonPaths
{
    /// <summary>Longest path of a Unix socket in bytes: <c>sun_path</c> is 108 bytes with its closing NUL (unix(7)).</summary>
    public const int LongestSocketPath = 107;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Directory that holds everything coi keeps: <c>$COI_HOME</c>, else <c>~/.coi</c>.</summary>
    public static string Home(Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        if (environment("COI_HOME") is { Length: > 0 } home) return Path.TrimEndingDirectorySeparator(Path.GetFullPath(home));
        var user = environment("HOME") is { Length: > 0 } fromEnvironment
            ? fromEnvironment
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.Combine(user, ".coi");
    }

    /// <summary>Path of the daemon's socket: <c>$COI_SOCKET</c>; with <c>$COI_HOME</c> set that home's <c>run/coid.sock</c>, so that an isolated
    /// home is isolated; else <c>$XDG_RUNTIME_DIR/coi/coid.sock</c> where that directory is ours; else the default home's <c>run/coid.sock</c>.</summary>
    /// <exception cref="ProblemException">The path is too long for a Unix socket.</exception>
    public static string Socket(Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        if (environment("COI_SOCKET") is { Length: > 0 } socket) return Checked(Path.GetFullPath(socket), "COI_SOCKET");
        if (environment("COI_HOME") is not { Length: > 0 } && environment("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && IsOurs(runtime))
            return Checked(Path.Combine(runtime, "coi", "coid.sock"), "XDG_RUNTIME_DIR");
        return Checked(Path.Combine(Home(environment), "run", "coid.sock"), "COI_HOME");
    }

    /// <summary>File whose lock is held by whoever is starting the daemon behind this socket.</summary>
    public static string StartLock(string socket) => socket + ".start-lock";

    /// <summary>File in which the daemon behind this socket says where Incus is, so that a command that only talks to Incus need not ask.</summary>
    public static string IncusPlace(string socket) => socket + ".incus";

    /// <summary>File that takes what a daemon writes on its standard error before its own log is open.</summary>
    public static string StartLog(string home) => Path.Combine(home, "run", "coid-start.log");

    /// <summary>The daemon's log file.</summary>
    public static string Log(string home) => Path.Combine(home, "logs", "coid.log");

    /// <summary>Makes a directory of coi's own that only its owner may enter; one that exists is left as it is.</summary>
    public static void CreatePrivateDirectory(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory, OwnerOnly);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProblemException(
                new Problem("home.unwritable", $"cannot create {directory}: {e.Message}", "set COI_HOME to a directory that you may write to"), e);
        }
    }

    private static string Checked(string path, string source) => Encoding.UTF8.GetByteCount(path) is var length && length <= LongestSocketPath
        ? path
        : throw new ProblemException(new Problem(
            "socket.path_too_long",
            $"the daemon's socket path {path} has {length} bytes, but a Unix socket may have no more than {LongestSocketPath} (it comes from {source})",
            "set COI_SOCKET to a shorter path"));

    // su and sudo -E leave another user's XDG_RUNTIME_DIR behind: a socket there would be unreachable, or, as root, in that user's way.
    private static bool IsOurs(string runtime)
    {
        if (!Path.IsPathFullyQualified(runtime) || !Directory.Exists(runtime) || Access(runtime, WriteAccess) != 0) return false;
        var trimmed = Path.TrimEndingDirectorySeparator(runtime);
        return !trimmed.StartsWith("/run/user/", StringComparison.Ordinal)
            || !uint.TryParse(trimmed.AsSpan("/run/user/".Length), out var owner)
            || owner == EffectiveUserId();
    }

    private const int WriteAccess = 2;

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUserId();
}
