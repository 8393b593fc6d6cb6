using Coi.Cli.Daemons;
using Coi.Cli.Instances;
using Coi.Cli.Terminals;
using Coi.Contracts;
using Coi.Incus;

namespace Coi.Cli.Tmux;

/// <summary>Finds the tmux session that is meant, and runs tmux commands on it as its user.</summary>
internal static class TmuxSessions
{
    /// <summary>Problem code of a session that is not there: nothing has been done with it.</summary>
    public const string Absent = "tmux.absent";

    /// <summary>The user that coi's sessions run as.</summary>
    public const string User = "code";

    private static readonly string[] WordsOfAbsence = ["can't find session", "can't find pane", "no server running", "error connecting to", "no sessions"];

    /// <summary>
    /// Acts on the session that is meant: the one of coi, and where there is none, or another is named, one that is found in the container.
    /// </summary>
    /// <param name="surroundings">Where the command was given.</param>
    /// <param name="container">Name of the container.</param>
    /// <param name="session">Name of the session; null means coi's own, or the only one.</param>
    /// <param name="act">What to do; it may be called a second time when the first time found no session.</param>
    public static async Task<T> OnAsync<T>(Surroundings surroundings, string container, string? session, Func<TmuxTarget, Inside, Task<T>> act)
    {
        var own = await OwnAsync(surroundings, container);
        if (own is { Running: false }) throw NotRunning(container);
        if (own is not null && (session is null || session == own.TmuxSession))
        {
            try
            {
                return await ActAsync(new TmuxTarget(own, User), act);
            }
            catch (ProblemException e) when (e.Problem.Code == Absent)
            {
                // It has ended, or was never begun; another user's may be there.
            }
        }

        using var incus = own is null ? await DirectIncus.OpenAsync(surroundings) : DirectIncus.Open(new IncusPlace(own.IncusSocket, own.Project));
        if (own is null) await RequireRunningAsync(incus, container);
        return await ActAsync(Choose(await new TmuxServers(incus, container).FindAsync(CancellationToken.None), container, session), act);
    }

    /// <summary>Runs a tmux command that asks something.</summary>
    public static async Task<string> AskAsync(Inside inside, TmuxTarget target, params IReadOnlyList<string> command) =>
        Checked(await inside.CaptureAsync(["tmux", .. command], CancellationToken.None), target, command);

    /// <summary>Runs a tmux command that types something.</summary>
    public static async Task TypeAsync(Inside inside, TmuxTarget target, ReadOnlyMemory<byte> input, params IReadOnlyList<string> command) =>
        Checked(await inside.CaptureOnceAsync(["tmux", .. command], input, CancellationToken.None), target, command);

    /// <summary>The failure of a tmux command, in tmux' words.</summary>
    public static ProblemException Failed(TmuxTarget target, string command, string words) => new(new Problem(
        WordsOfAbsence.Any(absent => words.Contains(absent, StringComparison.Ordinal)) ? Absent : "tmux.failed",
        $"tmux {command} in {target.Container} failed: {words}",
        $"has the session ended? 'coi tmux list' shows those that live, 'coi attach --bash {target.Container}' looks inside"));

    private static async Task<T> ActAsync<T>(TmuxTarget target, Func<TmuxTarget, Inside, Task<T>> act)
    {
        using var inside = target.Open();
        return await act(target, inside);
    }

    private static async Task<AttachTarget?> OwnAsync(Surroundings surroundings, string container)
    {
        using var daemon = Daemon.Of(surroundings);
        return await daemon.FindAsync(
            $"v1/containers/{Uri.EscapeDataString(container)}/attach", $"asking for {container}", ContractsJson.Default.AttachTarget, CancellationToken.None);
    }

    private static async Task RequireRunningAsync(IncusClient incus, string container)
    {
        var instance = container.Length > 0 ? await incus.Instances.FindAsync(container) : null;
        if (instance is null) throw new ProblemException(new Problem("container.missing", $"container '{container}' is not running: it was not found", "'coi list' and 'coi container list' show the names"));
        if (!instance.IsRunning) throw NotRunning(container);
    }

    private static TmuxTarget Choose(IReadOnlyList<TmuxSession> found, string container, string? session)
    {
        List<TmuxTarget> targets = [.. found.Select(one => one.Target).Where(target => session is null || target.Name == session)];
        var meant = targets.Find(target => target.Name == "coi-" + container) ?? (session is not null || targets.Count == 1 ? targets.FirstOrDefault() : null);
        if (meant is not null) return meant;
        var names = string.Join(", ", found.Select(one => one.Target.Name).Distinct(StringComparer.Ordinal));
        throw new ProblemException(found.Count == 0
            ? new Problem(Absent, $"there is no tmux session in {container}", $"'coi container exec {container} -- tmux new-session -d -s NAME' makes one, of root")
            : new Problem("tmux.which", $"{(session is null ? $"several tmux sessions are in {container}" : $"no tmux session '{session}' is in {container}")}: {names}", "--session names the one that is meant"));
    }

    private static ProblemException NotRunning(string container) =>
        new(new Problem("container.not_running", $"container '{container}' is not running", "'coi list' and 'coi container list' show what is"));

    private static string Checked(ExecResult result, TmuxTarget target, IReadOnlyList<string> command) => result.Succeeded
        ? result.StdoutText
        : throw Failed(target, command[0], result.StderrText.Trim() is { Length: > 0 } words ? words : $"exit code {result.ExitCode}");
}
