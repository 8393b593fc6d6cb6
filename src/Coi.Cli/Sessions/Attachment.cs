using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Cli.Terminals;
using Coi.Contracts;

namespace Coi.Cli.Sessions;

/// <summary>Gives the terminal to a session, and says what became of the session when the terminal comes back.</summary>
internal sealed class Attachment(Surroundings surroundings, Daemon daemon)
{
    private const int Attempts = 4;
    private readonly Talk _talk = new(surroundings);

    /// <summary>Refuses to begin what cannot be finished: without a terminal there is nothing to attach.</summary>
    public static void RequireTerminal(Surroundings surroundings, string hint)
    {
        if (surroundings is { InIsTerminal: true, OutIsTerminal: true }) return;
        throw new ProblemException(new Problem("terminal.missing", "standard input and output must be a terminal", hint));
    }

    /// <summary>Attaches to the session's tmux, or to a bash beside it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(AttachTarget target, bool bash)
    {
        await surroundings.Out.FlushAsync();
        var end = await GiveTerminalAsync(target, bash);
        for (var attempt = 2; end.WasLost && attempt <= Attempts; attempt++) end = await GiveTerminalAsync(target, bash);
        if (end.Signal != 0)
        {
            _talk.Say($"The session goes on in {target.Container}; come back: coi attach {target.Container}");
            return ExitCodes.Signalled + end.Signal;
        }

        using var interruption = Interruption.Watch();
        try
        {
            SessionOutcome outcome;
            using (var view = new ProgressView(surroundings))
            {
                outcome = await daemon.StreamAsync(
                    HttpMethod.Get, $"v1/containers/{Uri.EscapeDataString(target.Container)}/outcome", null, "asking what became of the session",
                    ContractsJson.Default.SessionOutcome, view, interruption.Token);
            }

            return bash ? AfterBash(outcome, end) : AfterSession(outcome, end);
        }
        catch (OperationCanceledException) when (interruption.Came)
        {
            _talk.Say("coid goes on settling the session; 'coi list --all' shows how it stands");
            return interruption.ExitCode;
        }
    }

    private async Task<TerminalEnd> GiveTerminalAsync(AttachTarget target, bool bash)
    {
        using var inside = new Inside(target);
        using var bridge = new TerminalBridge();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["TERM"] = TerminalNames.Sanitise(surroundings.Variable("TERM")) };
        if (surroundings.Variable("COLORTERM") is { Length: > 0 } colours) environment["COLORTERM"] = colours;
        // -u: today's terminals speak UTF-8, whatever the locale inside says; "=": exactly this name, not one that begins so.
        IReadOnlyList<string> command = bash ? ["bash", "-l"] : ["tmux", "-u", "attach-session", "-t", "=" + target.TmuxSession];
        return await bridge.RunAsync(inside.Incus, target.Container, inside.Request(command, environment));
    }

    private int AfterSession(SessionOutcome outcome, TerminalEnd end)
    {
        // tmux ends with 1 at once when there is no such session: then nothing was seen, and that is a failure.
        if (outcome.State is "idle" && end.ExitCode is not 0)
        {
            throw new ProblemException(new Problem(
                "session.ended", $"No tmux session in {outcome.Container}: it has ended, the container still runs",
                $"'coi attach --bash {outcome.Container}' opens a shell in it, 'coi shutdown {outcome.Container}' ends it"));
        }

        foreach (var line in OutcomeText.Describe(outcome)) _talk.Say(line);
        return outcome.State is "running" && end.ExitCode is not 0 ? Failed(outcome, end) : ExitCodes.Success;
    }

    private int AfterBash(SessionOutcome outcome, TerminalEnd end)
    {
        const int interrupted = 130, killed = 137, terminated = 143;
        if (outcome.State is not ("running" or "idle"))
        {
            foreach (var line in OutcomeText.Describe(outcome)) _talk.Say(line);
            return ExitCodes.Success;
        }

        return end.ExitCode switch
        {
            interrupted or killed or terminated => ExitCodes.Success,
            { } code => code,
            null => Failed(outcome, end),
        };
    }

    private int Failed(SessionOutcome outcome, TerminalEnd end)
    {
        _talk.Error(
            end.ExitCode is { } code ? $"the terminal in {outcome.Container} ended with exit code {code}" : $"the connection to the terminal in {outcome.Container} was lost",
            $"'coi attach {outcome.Container}' tries again");
        return end.ExitCode is { } known and not 0 ? known : ExitCodes.Failure;
    }
}
