using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Coi.Contracts;

namespace Coi.Cli.Daemons;

/// <summary>Reads an answer that comes line by line: steps and output first, then one result or one failure.</summary>
internal static class AnswerStream
{
    /// <summary>The daemon guards every step with a deadline of its own; this one only notices that it hangs as a whole.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(30);

    /// <summary>Reads to the result.</summary>
    /// <exception cref="ProblemException">The daemon says that it failed, or the stream ends before it says anything.</exception>
    public static async Task<T> ReadAsync<T>(
        Stream stream, string step, JsonTypeInfo<T> type, Action<Progress> progress, Action<string> log, TimeProvider time, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            while (true)
            {
                silence.CancelAfter(LongestSilence);
                if (await reader.ReadLineAsync(both.Token) is not { } text) throw CutOff(step, null);
                if (text.Length == 0) continue;
                var line = JsonSerializer.Deserialize(text, ContractsJson.Default.StreamLine);
                switch (line)
                {
                    case { Error: { } problem }:
                        throw new ProblemException(problem);
                    case { Result: { } result }:
                        return result.Deserialize(type) ?? throw new JsonException("the result is null");
                    case { Progress: { } now }:
                        progress(now);
                        break;
                    case { Log: { } output }:
                        log(output);
                        break;
                }
            }
        }
        catch (JsonException e)
        {
            throw NotUnderstood(step, e);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ProblemException(new Problem(
                "daemon.silent", $"coid said nothing for {LongestSilence.TotalMinutes:0} minutes while {step}", "'coi daemon logs' shows what it is doing"));
        }
    }

    /// <summary>Problem code of an answer that ended before it was complete.</summary>
    public const string CutOffCode = "daemon.cut_off";

    /// <summary>The failure that an answer ended before it was complete.</summary>
    public static ProblemException CutOff(string step, Exception? cause) => new(
        new Problem(
            CutOffCode,
            $"coid went away while {step}" + (cause is null ? "" : $": {(cause.InnerException ?? cause).Message}"),
            "what it had begun it finishes or undoes when it starts again; 'coi list' shows what is there, 'coi daemon logs' what happened"),
        cause);

    /// <summary>The failure that an answer is not what the protocol says.</summary>
    public static ProblemException NotUnderstood(string step, JsonException cause) => new(
        new Problem("daemon.answer", $"coid's answer while {step} cannot be read: {cause.Message}", "are coi and coid of the same version? 'coi daemon stop' lets coi start its own"),
        cause);
}
