using System.Diagnostics;
using CliWrap;
using CliWrap.Buffered;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>Runs programs of the host.</summary>
internal static class Shell
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    /// <summary>Runs a program to its end, whatever that is.</summary>
    public static async Task<CommandOutcome> RunAsync(
        string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string?>? environment = null, string? directory = null,
        string input = "", TimeSpan? deadline = null, CancellationToken cancellationToken = default)
    {
        var line = $"{Path.GetFileName(program)} {string.Join(' ', arguments.Select(Quoted))}";
        var start = Stopwatch.GetTimestamp();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(deadline ?? Deadline);
        try
        {
            var result = await Cli.Wrap(program)
                .WithArguments(arguments)
                .WithEnvironmentVariables(environment ?? new Dictionary<string, string?>())
                .WithWorkingDirectory(directory ?? "/")
                .WithStandardInputPipe(PipeSource.FromString(input))
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(limit.Token);
            return new CommandOutcome(line, result.ExitCode, result.StandardOutput, result.StandardError, result.RunTime);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"'{line}' did not end within {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s");
        }
    }

    /// <summary>Runs a program that must succeed.</summary>
    /// <returns>What it wrote.</returns>
    public static async Task<string> OutputAsync(string program, params IReadOnlyList<string> arguments) =>
        (await RunAsync(program, arguments)).Succeeded().Output;

    private static string Quoted(string argument) =>
        argument.Length > 200 ? $"'{argument[..60]}…({argument.Length} characters)'" : argument.Any(c => char.IsWhiteSpace(c) || c is '\'' or '"' or '$') ? $"'{argument}'" : argument;
}
