using System.CommandLine;
using System.Globalization;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Cli.Sessions;
using Coi.Contracts;

namespace Coi.Cli.Builds;

/// <summary><c>coi build</c>.</summary>
internal sealed class BuildCommand : CoiCommand
{
    private const string Alias = "coi";

    private readonly Option<bool> _force = new("--force") { Description = "Build although the image exists" };
    private readonly Option<string> _base = new("--base")
    {
        HelpName = "IMAGE",
        Description = "Local alias or images:… name to start from (default: images:ubuntu/22.04, or a base made here)",
    };

    private readonly Option<string> _tools = new("--tools")
    {
        HelpName = "NAME,…",
        Description = "AI coding tools to install: claude, codex, opencode, gemini, aider (default: the configured ones, else claude)",
    };

    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public BuildCommand() : base("build", "Make the image that sessions start from")
    {
        Options.Add(_force);
        Options.Add(_base);
        Options.Add(_tools);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override string Details =>
        "The image holds the AI coding tools, tmux, git, Node.js, Python, Docker and what else they need.\n" +
        "Every build keeps an alias with its time; the alias 'coi' moves to the newest one. Ctrl-C cancels the build.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("build", "make it, once"),
        new("build --force", "make it anew"),
        new("build --force --tools=claude,codex,gemini", "with more tools than Claude Code"),
        new("build --base=my-debian", "start from an image of your own"),
    ];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var json = OutputFormat.IsJson(invocation, _format);
        var request = new BuildRequest
        {
            Alias = Alias,
            Force = invocation.Value(_force),
            Base = invocation.Value(_base),
            Tools = invocation.Value(_tools)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            Client = ClientContexts.Of(surroundings),
        };

        using var interruption = Interruption.Watch();
        using var daemon = Daemon.Of(surroundings);
        using var streamEnd = new CancellationTokenSource();
        try
        {
            BuiltImage built;
            using (var view = new ProgressView(surroundings, keepsSteps: true))
            {
                await using var cancelling = interruption.Token.Register(() => _ = CancelAsync(surroundings, view, streamEnd));
                built = await daemon.StreamAsync(
                    HttpMethod.Post, "v1/builds", Daemon.Body(request, ContractsJson.Default.BuildRequest), "building the image",
                    ContractsJson.Default.BuiltImage, view, streamEnd.Token);
            }

            if (json) OutputFormat.WriteJson(surroundings, built, ContractsJson.Default.BuiltImage);
            else Report(built, surroundings.Out);
            return ExitCodes.Success;
        }
        catch (Exception e) when (interruption.Came && e is ProblemException or OperationCanceledException)
        {
            new Talk(surroundings).Say("Cancelled." + (e is ProblemException { Problem.Code: not "build.cancelled" } problem ? $" ({problem.Message})" : ""));
            return interruption.ExitCode;
        }
    }

    // The daemon ends the build and the stream says so; only when it cannot be asked is the stream left.
    private static async Task CancelAsync(Surroundings surroundings, ProgressView view, CancellationTokenSource streamEnd)
    {
        view.Log("Cancelling the build (Ctrl-C again leaves it running)");
        try
        {
            using var daemon = Daemon.IfRunning(surroundings);
            if (daemon is not null)
            {
                await daemon.CallAsync(
                    HttpMethod.Post, $"v1/builds/{Alias}/cancel", [], "cancelling the build", ContractsJson.Default.CancelledBuild, CancellationToken.None);
                return;
            }
        }
        catch (ProblemException e)
        {
            new Talk(surroundings).Error(e.Problem);
        }

        await streamEnd.CancelAsync();
    }

    private static void Report(BuiltImage built, TextWriter output)
    {
        if (built.Skipped)
        {
            output.WriteLine($"Image '{built.Alias}' already exists; 'coi build --force' makes it anew");
            return;
        }

        output.WriteLine($"Image '{built.Alias}' is built");
        Line("Version alias", built.VersionAlias);
        Line("Fingerprint", built.Fingerprint);
        Line("Base", built.Base);
        if (built.SizeBytes > 0) Line("Size", $"{(built.SizeBytes / 1048576.0).ToString("0", CultureInfo.InvariantCulture)} MiB");
        if (built.Seconds > 0) Line("Time", $"{built.Seconds.ToString("0", CultureInfo.InvariantCulture)} s");
        Line("Log", built.LogPath);

        void Line(string label, string? value)
        {
            if (value is not null) output.WriteLine($"  {label + ":",-15} {value}");
        }
    }
}
