using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Cli.Sessions;
using Coi.Contracts;

namespace Coi.Cli.History;

/// <summary><c>coi history</c>.</summary>
internal sealed class HistoryCommand : CoiCommand
{
    private readonly GlobalOptions _global;
    private readonly Option<string> _container = new("--container") { HelpName = "NAME", Description = "Only what happened to this container" };
    private readonly Option<string> _session = new("--session") { HelpName = "ID", Description = "Only what happened to this session; the id may be shortened" };
    private readonly Option<string> _since = new("--since") { HelpName = "MOMENT", Description = "Only what happened since then" };
    private readonly Option<string> _until = new("--until") { HelpName = "MOMENT", Description = "Only what happened until then" };
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public HistoryCommand(GlobalOptions global) : base("history", "Show who did what when, also to containers that are gone")
    {
        _global = global;
        foreach (var option in new Option[] { _container, _session, _since, _until, _format }) Options.Add(option);
    }

    /// <inheritdoc />
    public override string Details =>
        "The oldest comes first. A moment is '2026-02-01 10:00' in your time zone, 2026-02-01T10:00:00Z, or '2 hours ago'.\n" +
        "How long history is kept is [history] retention in the configuration: for ever, unless it says otherwise.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("history", "everything"),
        new("history --workspace .", "of this directory"),
        new("history --since \"2 hours ago\" --format=json", "the last two hours, for programs"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<Option> Heeds(GlobalOptions options) => [options.Workspace];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var asJson = OutputFormat.IsJson(invocation, _format);
        var query = new List<string>();
        var now = surroundings.Time.GetUtcNow();
        if (invocation.Given(_global.Workspace)) query.Add($"workspace={Uri.EscapeDataString(SessionArguments.Workspace(invocation))}");
        if (invocation.Value(_container) is { } container) query.Add($"container={Uri.EscapeDataString(container)}");
        if (invocation.Value(_session) is { } session) query.Add($"session={Uri.EscapeDataString(session)}");
        if (invocation.Value(_since) is { } since) query.Add(Moments.InQuery("since", Moments.Parse(since, "--since", now)));
        if (invocation.Value(_until) is { } until) query.Add(Moments.InQuery("until", Moments.Parse(until, "--until", now)));
        using var daemon = Daemon.Of(surroundings);
        var history = await daemon.GetAsync(query.Count == 0 ? "v1/history" : $"v1/history?{string.Join('&', query)}", "reading the history", ContractsJson.Default.History, CancellationToken.None);
        if (asJson) OutputFormat.WriteJson(surroundings, history, ContractsJson.Default.History);
        else HistoryText.Render(history.Events, surroundings.Out, withContainer: true);
        return ExitCodes.Success;
    }
}
