using Coi.Contracts;
using Coi.Incus;

namespace Coi.Cli.Terminals;

/// <summary>Commands inside a session's container, as the session's user, straight through Incus: a restart of the daemon does not touch them.</summary>
internal sealed class Inside(AttachTarget target) : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(8);
    private const int Repeats = 2;

    // Incus can lose sight of a command that runs to its end all the same, so the command leaves word that it ran and how it ended; a second
    // run finds that and passes it on. What is older than that can matter is swept up.
    private const string OnceScript = """
        sent=$TMUX_TMPDIR/coi-once-$1; shift
        exec 9>>"$sent"; flock 9
        if [ ! -s "$sent" ]; then
            find "$TMUX_TMPDIR" -maxdepth 1 -name 'coi-once-*' -mmin +1 -delete 2>/dev/null
            code=0; "$@" 2>"$sent-error" 9>&- || code=$?
            echo "$code" >&9
        fi
        cat "$sent-error" >&2; exit "$(cat "$sent")"
        """;

    /// <summary>The client.</summary>
    public IncusClient Incus { get; } = new(new IncusClientOptions { SocketPath = target.IncusSocket, Project = target.Project });

    /// <summary>A command with the session's user, directory and environment.</summary>
    public ExecRequest Request(IReadOnlyList<string> command, IEnumerable<KeyValuePair<string, string>>? environment = null)
    {
        var variables = new Dictionary<string, string>(target.Environment, StringComparer.Ordinal);
        foreach (var (name, value) in environment ?? []) variables[name] = value;
        return new ExecRequest { Command = command, User = target.Uid, Group = target.Gid, Cwd = target.Cwd, Environment = variables };
    }

    /// <summary>Runs a short command and returns what it wrote.</summary>
    public Task<ExecResult> CaptureAsync(IReadOnlyList<string> command, CancellationToken cancellationToken) => CaptureAsync(command, default, cancellationToken);

    /// <summary>Runs a short command that does harm when it runs twice, such as typing.</summary>
    public Task<ExecResult> CaptureOnceAsync(IReadOnlyList<string> command, ReadOnlyMemory<byte> input, CancellationToken cancellationToken) =>
        CaptureAsync(["sh", "-c", OnceScript, "coi-once", Guid.NewGuid().ToString("N"), .. command], input, cancellationToken);

    /// <inheritdoc />
    public void Dispose() => Incus.Dispose();

    private Task<ExecResult> CaptureAsync(IReadOnlyList<string> command, ReadOnlyMemory<byte> input, CancellationToken cancellationToken) =>
        Incus.Exec.CaptureAsync(target.Container, Request(command) with { Timeout = Deadline, Repeats = Repeats }, input, cancellationToken);
}
