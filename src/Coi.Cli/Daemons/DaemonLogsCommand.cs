using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Contracts;

namespace Coi.Cli.Daemons;

/// <summary><c>coi daemon logs</c>.</summary>
internal sealed class DaemonLogsCommand : CoiCommand
{
    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "Go on showing lines as they are written, until Ctrl-C" };

    private readonly Option<int> _lines = new("--lines", "-n")
    {
        HelpName = "NUMBER",
        Description = "How many of the last lines to show (default 50)",
        DefaultValueFactory = _ => 50,
        CustomParser = result => GlobalOptions.WholeNumber(result, "--lines", 0),
    };

    /// <summary>Makes the command.</summary>
    public DaemonLogsCommand() : base("logs", "Show coid's log")
    {
        Options.Add(_follow);
        Options.Add(_lines);
    }

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
        [new("daemon logs --lines=200", "the last 200 lines"), new("daemon logs --follow", "watch it")];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var home = DaemonPaths.Home(invocation.Surroundings.Variable);
        var directory = Path.GetDirectoryName(DaemonPaths.Log(home)) ?? home;
        if (LogTail.Newest(directory) is not { } file)
        {
            throw new ProblemException(new Problem(
                "log.missing", $"there is no log in {directory}", "coid has not run in this home yet; COI_HOME chooses another"));
        }

        var output = invocation.Surroundings.Out;
        await using var tail = new LogTail(file);
        foreach (var line in await tail.LastAsync(invocation.Value(_lines))) output.WriteLine(line);
        if (!invocation.Value(_follow)) return ExitCodes.Success;

        using var interruption = Interruption.Watch();
        try
        {
            await tail.FollowAsync(output, interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.Came)
        {
            // Ctrl-C is how one stops watching.
        }

        return ExitCodes.Success;
    }
}
