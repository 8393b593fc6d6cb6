using System.CommandLine;
using System.Globalization;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Cli.Sessions;
using Coi.Contracts;

namespace Coi.Cli.Configuration;

/// <summary><c>coi trust</c>.</summary>
internal sealed class TrustCommand : CoiCommand
{
    private readonly Argument<string> _path = ProjectPaths.Argument();
    private readonly Option<bool> _list = new("--list") { Description = "Show what is trusted" };
    private readonly Option<bool> _force = new("--force") { Description = "Do not ask" };
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public TrustCommand() : base("trust", "Let a project's .coi.toml loosen the isolation, as it is now")
    {
        Arguments.Add(_path);
        Options.Add(_list);
        Options.Add(_force);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override string Details =>
        "A .coi.toml is written by whoever wrote the repository. What tightens in it counts at once; mounts, another image or tool,\n" +
        "an opener network and the like count only when you trust the file. As soon as it is changed it is not trusted any more.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("trust", "the current directory's file; shows what it wants, and asks on a terminal"),
        new("trust ~/project", "another directory's"),
        new("trust --list", "what is trusted, and whether it has changed since"),
    ];

    /// <inheritdoc />
    public override Completes Completes => Completes.Directories;

    /// <inheritdoc />
    public override IReadOnlyList<Option> Heeds(GlobalOptions options) => [options.Workspace];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var asJson = OutputFormat.IsJson(invocation, _format);
        using var daemon = Daemon.Of(invocation.Surroundings);
        return invocation.Value(_list) ? await ListAsync(daemon, asJson, invocation.Surroundings) : await TrustAsync(daemon, asJson, invocation);
    }

    private async Task<int> TrustAsync(Daemon daemon, bool asJson, Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var workspace = ProjectPaths.Workspace(invocation, _path);
        var client = ClientContexts.Of(surroundings);
        var project = await daemon.CallAsync(
            HttpMethod.Post, "v1/trust/inspect", Daemon.Body(new InspectProjectRequest(workspace, client), ContractsJson.Default.InspectProjectRequest),
            "reading the project's file", ContractsJson.Default.ProjectFileReport, CancellationToken.None);
        if (!asJson) Show(project, surroundings.Out);
        if (project.Trust != ProjectText.Trusted)
        {
            var asks = surroundings.InIsTerminal && !asJson && !invocation.Value(_force);
            if (asks && !new Talk(surroundings).Confirms("Trust it as it is now?")) return ExitCodes.Success;
            // What was shown is what is trusted; the daemon refuses anything else.
            project = await daemon.CallAsync(
                HttpMethod.Post, "v1/trust", Daemon.Body(new TrustProjectRequest(workspace, project.Sha256, client), ContractsJson.Default.TrustProjectRequest),
                "trusting the project's file", ContractsJson.Default.ProjectFileReport, CancellationToken.None);
            if (!asJson) surroundings.Out.WriteLine($"Trusted {project.File}; when it changes, it needs your trust again");
        }

        if (asJson) OutputFormat.WriteJson(surroundings, project, ContractsJson.Default.ProjectFileReport);
        return ExitCodes.Success;
    }

    private static void Show(ProjectFileReport project, TextWriter output)
    {
        output.WriteLine($"{project.File}{(project.Trust == ProjectText.Trusted ? " is trusted already" : project.Trust == "changed" ? " has changed since it was trusted" : "")}");
        if (project.Loosens.Count == 0) output.WriteLine("  only tightens, or repeats what is in force; it works without trust");
        foreach (var line in ProjectText.Wishes(project)) output.WriteLine(line);
    }

    private static async Task<int> ListAsync(Daemon daemon, bool asJson, Surroundings surroundings)
    {
        var trusted = await daemon.GetAsync("v1/trust", "asking what is trusted", ContractsJson.Default.TrustedProjects, CancellationToken.None);
        if (asJson)
        {
            OutputFormat.WriteJson(surroundings, trusted, ContractsJson.Default.TrustedProjects);
            return ExitCodes.Success;
        }

        if (trusted.Files.Count == 0) surroundings.Out.WriteLine("No project's file is trusted");
        foreach (var file in trusted.Files)
            surroundings.Out.WriteLine($"{file.State,-8} {file.TrustedAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}  {file.Sha256[..12]}  {file.File}");
        return ExitCodes.Success;
    }
}

/// <summary><c>coi untrust</c>.</summary>
internal sealed class UntrustCommand : CoiCommand
{
    private readonly Argument<string> _path = ProjectPaths.Argument();
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public UntrustCommand() : base("untrust", "Take the trust in a project's .coi.toml back")
    {
        Arguments.Add(_path);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override string Details => "Sessions that are running keep what they were started with.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples => [new("untrust", "the current directory's file"), new("untrust ~/project", "another directory's, which may be gone")];

    /// <inheritdoc />
    public override Completes Completes => Completes.Directories;

    /// <inheritdoc />
    public override IReadOnlyList<Option> Heeds(GlobalOptions options) => [options.Workspace];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var json = OutputFormat.IsJson(invocation, _format);
        using var daemon = Daemon.Of(invocation.Surroundings);
        var request = new UntrustProjectRequest(ProjectPaths.Workspace(invocation, _path));
        var done = await daemon.CallAsync(
            HttpMethod.Post, "v1/untrust", Daemon.Body(request, ContractsJson.Default.UntrustProjectRequest), "taking the trust back",
            ContractsJson.Default.UntrustedProject, CancellationToken.None);
        if (json) OutputFormat.WriteJson(invocation.Surroundings, done, ContractsJson.Default.UntrustedProject);
        else invocation.Surroundings.Out.WriteLine(done.WasTrusted ? $"{done.File} is not trusted any more" : $"{done.File} was not trusted");
        return ExitCodes.Success;
    }
}
