using System.CommandLine;
using Coi.Cli.Versions;
using Coi.Contracts;
using Coi.Incus;

namespace Coi.Cli.CommandLine;

/// <summary>From arguments to an exit code: the boundary at which every failure becomes a line that a person can act on.</summary>
internal static class CoiProgram
{
    private static readonly ParserConfiguration Configuration = new()
    {
        // "@file" is text like any other, above all for `coi tmux send`.
        ResponseFileTokenReplacer = null,
        EnablePosixBundling = false,
    };

    /// <summary>Runs a command line.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Surroundings surroundings)
    {
        var talk = new Talk(surroundings);
        var code = await ExplainAsync(arguments, surroundings, talk);
        try
        {
            // Not FlushAsync, which sets up a pool of threads to write one line.
            surroundings.Out.Flush();
            return code;
        }
        catch (IOException e)
        {
            talk.Error($"standard output cannot be written: {e.Message}", "what was asked for may have happened all the same");
            return ExitCodes.Failure;
        }
    }

    private static async Task<int> ExplainAsync(IReadOnlyList<string> arguments, Surroundings surroundings, Talk talk)
    {
        try
        {
            return await DispatchAsync(arguments, surroundings, talk);
        }
        catch (UsageException e)
        {
            talk.Error(e.Message, e.Hint);
            return ExitCodes.Usage;
        }
        catch (ProblemException e)
        {
            talk.Error(e.Problem);
            return ExitCodes.Failure;
        }
        catch (Exception e) when (e is IncusException or IncusUnavailableException or IncusTimeoutException)
        {
            talk.Error(e.Message, e is IncusUnavailableException ? "'coi daemon status' says how coid sees Incus" : null);
            return ExitCodes.Failure;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            talk.Error(e.Message, null);
            return ExitCodes.Failure;
        }
        catch (Exception e) when (surroundings.Variable("COI_DEBUG") is not { Length: > 0 })
        {
            // Nobody foresaw it; a person is told so, and not shown the inside of the program.
            talk.Error($"coi failed unexpectedly: {e.GetType().Name}: {e.Message}", "this is a defect of coi; COI_DEBUG=1 shows where it happened, for a report");
            return ExitCodes.Failure;
        }
    }

    private static Task<int> DispatchAsync(IReadOnlyList<string> arguments, Surroundings surroundings, Talk talk)
    {
        var tree = new CommandTree(arguments is [var first, ..] ? first : null);
        var parsed = tree.Root.Parse(ArgumentNormaliser.Normalise(arguments, tree), Configuration);
        var command = (CoiCommand)parsed.CommandResult.Command;
        if (parsed.GetValue(tree.Options.Help))
        {
            HelpText.Write(command, tree.Options, surroundings);
            return Task.FromResult(ExitCodes.Success);
        }

        if (UsageErrors.Find(parsed) is { } error) throw error;
        if (parsed.GetValue(tree.Options.Version))
        {
            surroundings.Out.WriteLine($"coi version {ProgramVersion.Number}");
            return Task.FromResult(ExitCodes.Success);
        }

        var heeded = command.Heeds(tree.Options);
        foreach (var option in tree.Options.OfSessions)
        {
            if (!heeded.Contains(option) && parsed.GetResult(option) is { Implicit: false })
                talk.Warning($"{option.Name} has no effect on '{UsageErrors.PathOf(command)}'");
        }

        return command.RunAsync(new Invocation(parsed, surroundings, tree.Options));
    }
}
