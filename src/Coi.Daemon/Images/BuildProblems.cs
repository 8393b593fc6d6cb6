using System.Globalization;
using Coi.Contracts;
using Coi.Daemon.Incus;
using Coi.Domain;
using Coi.Incus;

namespace Coi.Daemon.Images;

/// <summary>A script of a build ended with an error.</summary>
internal sealed class ScriptFailedException(string step, int exitCode, ScriptLine.Failure? reason) : Exception($"{step} ended with exit code {exitCode}")
{
    /// <summary>What the script itself gave as the reason.</summary>
    public ScriptLine.Failure? Reason { get; } = reason;

    public int ExitCode { get; } = exitCode;
}

/// <summary>A step of a script took too long.</summary>
internal sealed class StepTimeoutException(TimeSpan limit) : TimeoutException($"took longer than {limit.TotalMinutes.ToString("0.#", CultureInfo.InvariantCulture)} min")
{
}

/// <summary>Turns whatever ends a build into a problem that a person can act on.</summary>
internal static class BuildProblems
{
    private static readonly string[] DiskFull = ["no space left on device", "disk quota exceeded", "not enough space", "you don't have enough free space"];

    /// <summary>The problem that an exception means for a build.</summary>
    public static Problem From(Exception error, BuildJournal journal, string alias) => error switch
    {
        ProblemException known => known.Problem,
        OperationCanceledException => new Problem("build.cancelled", $"the build of {alias} was cancelled while it was {Lower(journal.StepMessage)}", $"{(journal.LeavesSomething ? "what is left of it is removed when the daemon starts again" : "nothing of it is left")}; log: {journal.Path}"),
        ScriptFailedException script => FromScript(script, journal),
        StepTimeoutException => new Problem("build.timeout", $"{journal.StepMessage}: {error.Message}", $"see {journal.Path}"),
        FailureException known => new Problem(known.Failure.Code, known.Failure.Message, known.Failure.Hint),
        IncusUnavailableException => Of(error),
        _ when FindDiskFull([error.Message]) is { } words => Full(words, journal),
        IncusException or IncusTimeoutException => new Problem(IncusFailures.Explain(error).Code, $"{journal.StepMessage}: {Line(error.Message)}", $"see {journal.Path}"),
        IOException or UnauthorizedAccessException => new Problem("build.host", $"{journal.StepMessage}: {Line(error.Message)}", $"see {journal.Path}"),
        _ => new Problem("build.failed", $"{journal.StepMessage}: {error.GetType().Name}: {Line(error.Message)}", $"this is a defect of coi; the log is {journal.Path}"),
    };

    /// <summary>The problem of a build that did not get as far as having a log.</summary>
    public static Problem BeforeStart(Exception error, BuildOptions options) => error switch
    {
        IncusUnavailableException or IncusException or IncusTimeoutException => Of(error),
        _ => new Problem("build.log", $"cannot write a build log in {options.LogDirectory}: {Line(error.Message)}", "make room on that disk, or set COI_HOME to a directory that you may write to"),
    };

    /// <summary>The line that says that a disk is full, null when none does.</summary>
    public static string? FindDiskFull(IEnumerable<string> lines) =>
        lines.FirstOrDefault(line => DiskFull.Any(words => line.Contains(words, StringComparison.OrdinalIgnoreCase)));

    private static Problem FromScript(ScriptFailedException script, BuildJournal journal)
    {
        if (FindDiskFull(journal.Recent) is { } words) return Full(words, journal);
        var why = script.Reason?.Message ?? (Reason(journal.Recent) is { } said ? $"{Line(said)} (exit code {script.ExitCode})" : $"exit code {script.ExitCode}");
        return new Problem(script.Reason?.Code ?? "build.script", $"{journal.StepMessage}: {Line(why)}", $"see {journal.Path}");
    }

    // apt and npm mark what went wrong; without a mark the last line is the best there is.
    private static string? Reason(IReadOnlyList<string> lines) =>
        lines.FirstOrDefault(l => l.StartsWith("E: ", StringComparison.Ordinal))
        ?? lines.FirstOrDefault(l => l.StartsWith("npm error ", StringComparison.Ordinal) && l.Length > "npm error code ".Length && !l.StartsWith("npm error code", StringComparison.Ordinal))
        ?? (lines is [.., var last] ? last : null);

    private static Problem Of(Exception error)
    {
        var failure = IncusFailures.Explain(error);
        return new Problem(failure.Code, Line(failure.Message), failure.Hint);
    }

    private static Problem Full(string words, BuildJournal journal) => new(
        "storage.full", $"{journal.StepMessage}: the disk is full ({Line(words)})",
        $"make room (incus image list, incus list) or enlarge the pool (incus storage set <pool> size=60GiB), then build again; log: {journal.Path}");

    private static string Line(string text) => string.Join(' ', text.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).TrimEnd('.');

    private static string Lower(string message) => message.Length == 0 ? message : char.ToLowerInvariant(message[0]) + message[1..];
}
