using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Cli.History;
using Coi.Contracts;

namespace Coi.Cli.Containers;

/// <summary><c>coi list</c>.</summary>
internal sealed class ListCommand : CoiCommand
{
    private readonly Option<bool> _all = new("--all") { Description = "Saved sessions too" };
    private readonly Option<string> _at = new("--at") { HelpName = "MOMENT", Description = "What there was at a moment of the past, such as '2 hours ago'" };
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public ListCommand() : base("list", "Show containers, and with --all saved sessions")
    {
        Options.Add(_all);
        Options.Add(_at);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("list", "what is there"),
        new("list --all", "saved sessions too"),
        new("list --format=json", "the same for programs"),
        new("list --at \"2 hours ago\"", "what there was then"),
    ];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var asJson = OutputFormat.IsJson(invocation, _format);
        var all = invocation.Value(_all);
        var at = invocation.Value(_at) is { } text ? Moments.Parse(text, "--at", invocation.Surroundings.Time.GetUtcNow()) : (DateTimeOffset?)null;
        if (at is not null && all) throw new UsageException("--at and --all exclude each other", "saved sessions are those of now; --at shows the containers of then");
        using var daemon = Daemon.Of(invocation.Surroundings);
        var listing = await daemon.GetAsync(
            at is { } moment ? $"v1/list?{Moments.InQuery("at", moment)}" : all ? "v1/list?all=true" : "v1/list", "listing containers", ContractsJson.Default.Listing, CancellationToken.None);
        if (asJson) ListingJson.Render(listing, invocation.Surroundings.Out);
        else ListingText.Render(listing, all, invocation.Surroundings.Out);
        return ExitCodes.Success;
    }
}
