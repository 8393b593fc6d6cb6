using Coi.Contracts;

namespace Coi.Cli.Sessions;

/// <summary>Says in plain words what became of a session and how to go on.</summary>
internal static class OutcomeText
{
    /// <summary>The lines to show.</summary>
    public static IReadOnlyList<string> Describe(SessionOutcome outcome)
    {
        var resume = outcome.SessionSaved
            ? $"  go on with it:  coi shell --resume={outcome.SessionId}"
            : "  nothing was said in it that could be resumed";
        IReadOnlyList<string> why = outcome.Cause == "time_up" ? ["The session lasted as long as it may ([limits] max_duration)."] : [];
        return [.. why, .. Ending(outcome, resume)];
    }

    private static IReadOnlyList<string> Ending(SessionOutcome outcome, string resume) =>
        outcome.State switch
        {
            "running" =>
            [
                $"Detached. The session goes on in {outcome.Container}.",
                $"  come back:      coi attach {outcome.Container}",
                $"  end and save:   coi shutdown {outcome.Container}",
            ],
            "idle" =>
            [
                $"The session's terminal has ended; container {outcome.Container} still runs.",
                $"  a shell in it:  coi attach --bash {outcome.Container}",
                $"  end and save:   coi shutdown {outcome.Container}",
            ],
            "kept" =>
            [
                $"{Saved(outcome)}; {outcome.Container} is stopped and kept.",
                outcome.SessionSaved ? $"  go on with it:  coi shell --resume={outcome.SessionId}" : resume,
            ],
            "removed" => [$"{Saved(outcome)}; {outcome.Container} is removed.", resume],
            var other => [$"Session {outcome.SessionId} in {outcome.Container}: {other}"],
        };

    private static string Saved(SessionOutcome outcome) => outcome.SessionSaved ? "The session is saved" : "The session has ended";
}
