using System.Globalization;
using System.Text.RegularExpressions;
using Coi.Contracts;
using Coi.Incus;

namespace Coi.Cli.Tmux;

/// <summary>Finds every tmux session in a container: of the session's user, of root, of whoever has a server in a usual place.</summary>
internal sealed partial class TmuxServers(IncusClient incus, string container)
{
    private const string OfSessions = "/var/lib/coi";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(8);

    // A server is reached as its owner and never as root: a server tells its client what to run. The directory's owner must be who its name says,
    // so that nobody inside can have us take his own for another's.
    private const string Search = $$"""
        for socket in {{OfSessions}}/tmux-*/default /tmp/tmux-*/default; do
            directory=${socket%/default}; uid=${directory##*/tmux-}
            case $uid in ''|*[!0-9]*) continue ;; esac
            [ -S "$socket" ] && [ ! -L "$directory" ] && [ "$(stat -c %u "$directory")" = "$uid" ] || continue
            printf '%s %s %s %s\n' "$uid" "$(stat -c %g "$directory")" "${directory%/tmux-*}" "$(id -un "$uid" 2>/dev/null || echo "$uid")"
        done
        """;

    private const string Format = "#{session_created} #{session_attached} #{session_windows} #{session_name}";

    /// <summary>The sessions, root's last.</summary>
    public async Task<IReadOnlyList<TmuxSession>> FindAsync(CancellationToken cancellationToken)
    {
        var request = new ExecRequest { Command = ["sh", "-c", Search], Cwd = "/", Timeout = Deadline, Repeats = 2 };
        var found = await incus.Exec.CaptureAsync(container, request, default, cancellationToken);
        var servers = Lines(found).Select(line => line.Split(' ', 4)).Where(parts => parts.Length == 4).Select(Server).OfType<TmuxTarget>();
        var sessions = await Task.WhenAll(servers.Select(server => SessionsAsync(server, cancellationToken)));
        return [.. sessions.SelectMany(some => some).OrderBy(session => session.Target.At.Uid == 0)];
    }

    private TmuxTarget? Server(string[] parts)
    {
        if (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var uid)) return null;
        if (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var gid)) return null;
        var at = new AttachTarget
        {
            Container = container,
            Slot = 0,
            SessionId = "",
            Project = incus.Project,
            IncusSocket = incus.SocketPath,
            TmuxSession = "",
            Uid = uid,
            Gid = gid,
            Cwd = "/",
            Environment = new Dictionary<string, string> { ["LANG"] = "C.UTF-8", ["TMUX_TMPDIR"] = parts[2] },
            Running = true,
        };
        // What a container calls its users is shown on a terminal of the host. Where root runs coi, root is the session's user too.
        return new TmuxTarget(at, parts[2] == OfSessions ? TmuxSessions.User : PlainName().IsMatch(parts[3]) ? parts[3] : parts[0]);
    }

    private static async Task<IEnumerable<TmuxSession>> SessionsAsync(TmuxTarget server, CancellationToken cancellationToken)
    {
        using var inside = server.Open();
        // A server that has ended has left its socket and no sessions.
        return from line in Lines(await inside.CaptureAsync(["tmux", "list-sessions", "-F", Format], cancellationToken))
               let parts = line.Split(' ', 4)
               where parts.Length == 4 && parts[3].Length > 0
               select new TmuxSession(
                   server with { At = server.At with { TmuxSession = parts[3] } }, (int)Number(parts[1]), (int)Number(parts[2]), DateTimeOffset.FromUnixTimeSeconds(Number(parts[0])));
    }

    private static string[] Lines(ExecResult result) => result.StdoutText.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < uint.MaxValue ? number : 0;

    [GeneratedRegex("^[A-Za-z0-9_.-]{1,64}$")]
    private static partial Regex PlainName();
}
