using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Cli.Sessions;
using Coi.Contracts;

namespace Coi.Cli.Runs;

/// <summary><c>coi run</c>.</summary>
internal sealed class RunCommand : CoiCommand
{
    private readonly Argument<string[]> _command = new("command") { Arity = ArgumentArity.OneOrMore, Description = "Program and arguments; put -- before them when one begins with a dash" };
    private readonly Option<int> _timeout = new("--timeout")
    {
        HelpName = "SECONDS",
        Description = "Kill the command after so many seconds; the exit code is 124 then (default 0: never)",
        CustomParser = result => GlobalOptions.Seconds(result, "--timeout", 0),
    };

    private readonly Option<bool> _capture = new("--capture") { Description = "Print one JSON object with exit code and output when the command has ended" };
    private readonly Option<string> _format = OutputFormat.OfCapture(pretty: true);

    /// <summary>Makes the command.</summary>
    public RunCommand() : base("run", "Run one command in a container of its own, and remove it")
    {
        Arguments.Add(_command);
        Options.Add(_timeout);
        Options.Add(_capture);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override string Details =>
        "The container is new, has the workspace, the mounts, the limits and the network policy that a session would have, and is\n" +
        "removed in every ending. Standard input, output and error are the command's own, its exit code is coi's. No shell is involved,\n" +
        "unless the command is a single word with blanks in it that names no program: bash runs that line. On a terminal the command\n" +
        "gets a terminal.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("run -- npm test", "the project's tests, far from your keys"),
        new("run 'make && make check'", "a line of shell"),
        new("run --network open --timeout=600 -- ./fetch.sh", "another network mode, ten minutes at most"),
        new("run --capture -- id | jq .exit_code", "output and exit code as JSON"),
        new("run -- bash", "look around"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<(string Code, string Meaning)> OtherExitCodes => [.. ExitCodes.OfAnotherCommand, ("124", "The command was killed after --timeout")];

    /// <inheritdoc />
    public override IReadOnlyList<Option> Heeds(GlobalOptions options) =>
        [options.Workspace, options.Slot, options.Image, options.Profile, options.Env, options.Mount, options.Storage, options.Network];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var capture = OutputFormat.Capture(invocation, _capture, _format, pretty: true);
        var seconds = invocation.Value(_timeout);
        var request = SessionArguments.Read(invocation) with { Run = true, Resume = null, Persistent = null };
        using var daemon = Daemon.Of(surroundings);
        using var interruption = Interruption.Watch();
        if (await StartAsync(daemon, request, surroundings, interruption) is not { } started) return interruption.ExitCode;
        try
        {
            var run = new CommandRun(surroundings, started, invocation.Value(_command) ?? [], seconds > 0 ? TimeSpan.FromSeconds(seconds) : null);
            return capture is { } format
                ? await run.CaptureAsync(format, interruption)
                : await run.StreamAsync(interruption);
        }
        finally
        {
            await RemoveAsync(daemon, started.Container, surroundings);
        }
    }

    private static async Task<StartedSession?> StartAsync(Daemon daemon, StartSessionRequest request, Surroundings surroundings, Interruption interruption)
    {
        try
        {
            // Standard error is the command's: only a person is shown the steps.
            using var view = new ProgressView(surroundings, onlyLive: true);
            var started = await daemon.StreamAsync(
                HttpMethod.Post, "v1/sessions", Daemon.Body(request, ContractsJson.Default.StartSessionRequest), "starting the container",
                ContractsJson.Default.StartedSession, view, interruption.Token);
            foreach (var notice in started.Notices) new Talk(surroundings).Say(notice);
            return started;
        }
        catch (OperationCanceledException) when (interruption.Came)
        {
            return null; // coid undoes what nobody waits for
        }
    }

    private static async Task RemoveAsync(Daemon daemon, string container, Surroundings surroundings)
    {
        try
        {
            using var view = new ProgressView(surroundings, onlyLive: true);
            var ended = await daemon.StreamAsync(
                HttpMethod.Post, "v1/containers/kill", Daemon.Body(new EndContainersRequest { Names = [container] }, ContractsJson.Default.EndContainersRequest),
                $"removing {container}", ContractsJson.Default.EndedContainers, view, CancellationToken.None);
            foreach (var failed in ended.Failed) Warn(failed.Problem);
        }
        catch (ProblemException problem)
        {
            Warn(problem.Problem);
        }

        void Warn(Problem problem) => new Talk(surroundings).Warning(
            $"{container} could not be removed now ({problem.Message}); it ends by itself, and coid removes it then: 'coi list' shows whether it is gone, 'coi kill {container}' tries again");
    }
}
