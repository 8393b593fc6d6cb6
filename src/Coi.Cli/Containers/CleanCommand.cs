using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.Containers;

/// <summary><c>coi clean</c>.</summary>
internal sealed class CleanCommand : CoiCommand
{
    private readonly Option<bool> _sessions = new("--sessions") { Description = "Saved sessions that no container holds" };
    private readonly Option<bool> _orphans = new("--orphans") { Description = "What was left behind: networks, network ACLs, containers and guards of no session (the default)" };
    private readonly Option<bool> _all = new("--all") { Description = "Both, and persistent containers that are stopped" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only show what would be removed" };
    private readonly Option<bool> _force = new("--force") { Description = "Do not ask" };
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public CleanCommand() : base("clean", "Remove what is at rest and not needed any more")
    {
        foreach (var option in new Option[] { _sessions, _orphans, _all, _dryRun, _force, _format }) Options.Add(option);
    }

    /// <inheritdoc />
    public override string Details =>
        "It shows what it would remove and asks. Never removed: anything that runs, the session that a container holds, and a\n" +
        "persistent container, unless --all asks for it.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("clean", "what was left behind, after a question"),
        new("clean --sessions", "every saved conversation that no container holds"),
        new("clean --all --dry-run", "show everything that is at rest"),
        new("clean --all --force", "remove it without a question"),
    ];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var asJson = OutputFormat.IsJson(invocation, _format);
        var (all, dryRun, force) = (invocation.Value(_all), invocation.Value(_dryRun), invocation.Value(_force));
        var request = new CleanRequest
        {
            Containers = all,
            Sessions = all || invocation.Value(_sessions),
            Orphans = all || invocation.Value(_orphans) || !invocation.Value(_sessions),
        };

        using var daemon = Daemon.Of(surroundings);
        var found = await SendAsync(daemon, request with { DryRun = true }, surroundings);
        if (dryRun || found.Items.Count == 0) return CleanText.Found(found, asJson, surroundings);

        // Standard output holds nothing but JSON when that is asked for.
        var shown = asJson ? surroundings.Error : surroundings.Out;
        if (!asJson || !force) CleanText.Announce(found, shown);
        if (!force && !new Talk(surroundings).Confirms($"Remove {found.Items.Count} item(s)?", shown)) return ExitCodes.Success;

        // What was shown and agreed to, not what has come to rest meanwhile.
        var report = await SendAsync(daemon, request with { Only = [.. found.Items.Select(item => new CleanKey(item.Kind, item.Name))] }, surroundings);
        return CleanText.Done(report, asJson, surroundings);
    }

    private static async Task<CleanReport> SendAsync(Daemon daemon, CleanRequest request, Surroundings surroundings)
    {
        using var interruption = Interruption.Watch();
        using var view = new ProgressView(surroundings);
        return await daemon.StreamAsync(
            HttpMethod.Post, "v1/clean", Daemon.Body(request, ContractsJson.Default.CleanRequest), "cleaning up", ContractsJson.Default.CleanReport, view, interruption.Token);
    }
}
