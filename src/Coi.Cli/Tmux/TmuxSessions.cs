using Coi.Cli.Daemons;
using Coi.Cli.Terminals;
using Coi.Contracts;
using Coi.Incus;

namespace Coi.Cli.Tmux;

/// <summary>Finds the tmux session of a container and runs tmux in it as the session's user.</summary>
internal static class TmuxSessions
{
    /// <summary>The running session in a container.</summary>
    public static async Task<AttachTarget> FindAsync(Surroundings surroundings, string container)
    {
        using var daemon = Daemon.Of(surroundings);
        var target = await daemon.FindAsync(
            $"v1/containers/{Uri.EscapeDataString(container)}/attach", $"asking for {container}", ContractsJson.Default.AttachTarget, CancellationToken.None);
        if (target is null) throw new ProblemException(new Problem("container.missing", $"container '{container}' is not running: it was not found", "'coi list' shows the names"));
        if (target.Running) return target;
        throw new ProblemException(new Problem("container.not_running", $"container '{container}' is not running", "'coi list' shows what is"));
    }

    /// <summary>The visible screen as text.</summary>
    public static async Task<string> ScreenAsync(Inside inside, AttachTarget target)
    {
        string[] command = ["capture-pane", "-p", "-t", Pane(target)];
        return Checked(await inside.CaptureAsync(["tmux", .. command], CancellationToken.None), target, command);
    }

    /// <summary>Runs a tmux command that types something.</summary>
    public static async Task TypeAsync(Inside inside, AttachTarget target, params IReadOnlyList<string> command) =>
        Checked(await inside.CaptureOnceAsync(["tmux", .. command], CancellationToken.None), target, command);

    private static string Checked(ExecResult result, AttachTarget target, IReadOnlyList<string> command)
    {
        if (result.Succeeded) return result.StdoutText;
        throw new ProblemException(new Problem(
            "tmux.failed",
            $"tmux {command[0]} in {target.Container} failed: {(result.StderrText.Trim() is { Length: > 0 } words ? words : $"exit code {result.ExitCode}")}",
            $"has the session ended? 'coi attach --bash {target.Container}' looks inside"));
    }

    /// <summary>Names a session exactly: without "=" tmux takes any that begins so.</summary>
    public static string Session(AttachTarget target) => "=" + target.TmuxSession;

    /// <summary>Names the session's active pane; the colon says that it is a session that is named.</summary>
    public static string Pane(AttachTarget target) => "=" + target.TmuxSession + ":";
}
