using Coi.Contracts;
using Coi.Incus;

namespace Coi.Cli.Terminals;

/// <summary>Commands inside a session's container, as the session's user, straight through Incus: a restart of the daemon does not touch them.</summary>
internal sealed class Inside(AttachTarget target) : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

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
    public Task<ExecResult> CaptureAsync(IReadOnlyList<string> command, CancellationToken cancellationToken) =>
        Incus.Exec.CaptureAsync(target.Container, Request(command) with { Timeout = Deadline }, default, cancellationToken);

    /// <inheritdoc />
    public void Dispose() => Incus.Dispose();
}
