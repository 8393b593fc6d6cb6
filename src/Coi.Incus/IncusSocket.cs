namespace Coi.Incus;

/// <summary>Finds the Unix socket of the local Incus.</summary>
public static class IncusSocket
{
    private const string RunSocket = "/run/incus/unix.socket";
    private const string LibSocket = "/var/lib/incus/unix.socket";

    /// <summary>
    /// The socket that Incus' own client would use: <c>$INCUS_SOCKET</c>, <c>$INCUS_DIR/unix.socket</c>,
    /// <c>/run/incus/unix.socket</c>, <c>/var/lib/incus/unix.socket</c>; null when none of the standard places has one.
    /// </summary>
    /// <param name="environment">Environment variables to look at; null means those of this process.</param>
    public static string? Discover(IReadOnlyDictionary<string, string>? environment = null)
    {
        // An explicit wish is returned even when nothing is there: the error then names the path that was asked for.
        if (Read("INCUS_SOCKET") is { } socket) return socket;
        if (Read("INCUS_DIR") is { } directory) return Path.Combine(directory, "unix.socket");
        if (File.Exists(RunSocket)) return RunSocket;
        return File.Exists(LibSocket) ? LibSocket : null;

        string? Read(string name)
        {
            var value = environment is null
                ? Environment.GetEnvironmentVariable(name)
                : environment.GetValueOrDefault(name);
            return string.IsNullOrEmpty(value) ? null : value;
        }
    }

    /// <summary>The place where a socket is expected when nothing was found, for messages.</summary>
    internal const string Expected = LibSocket;
}
