using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.Sessions;

/// <summary><c>coi info</c>.</summary>
internal sealed class InfoCommand : CoiCommand
{
    private readonly Argument<string?> _session = new("session") { Arity = ArgumentArity.ZeroOrOne, HelpName = "session" };
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public InfoCommand() : base("info", "Show a saved session")
    {
        Arguments.Add(_session);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override string Details => "Without an id: the newest session of this directory. The beginning of an id is enough when only one begins so.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("info", "this directory's newest session"),
        new("info 2f6c1a0e", "the session whose id begins so"),
        new("info --format=json", "the same for programs"),
    ];

    /// <inheritdoc />
    public override Completes Completes => Completes.Sessions;

    /// <inheritdoc />
    public override IReadOnlyList<Option> Heeds(GlobalOptions options) => [options.Workspace];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var asJson = OutputFormat.IsJson(invocation, _format);
        var query = invocation.Value(_session) is { Length: > 0 } id
            ? $"id={Uri.EscapeDataString(id)}"
            : $"workspace={Uri.EscapeDataString(SessionArguments.Workspace(invocation))}";
        using var daemon = Daemon.Of(invocation.Surroundings);
        var session = await daemon.GetAsync($"v1/session?{query}", "asking for the session", ContractsJson.Default.SessionInfo, CancellationToken.None);
        if (session.Warning is { } warning) new Talk(invocation.Surroundings).Warning(warning);
        if (asJson) OutputFormat.WriteJson(invocation.Surroundings, session, ContractsJson.Default.SessionInfo);
        else InfoText.Render(session, invocation.Surroundings.Out);
        return ExitCodes.Success;
    }
}
