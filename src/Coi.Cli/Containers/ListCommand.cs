using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.Containers;

/// <summary><c>coi list</c>.</summary>
internal sealed class ListCommand : CoiCommand
{
    private readonly Option<bool> _all = new("--all") { Description = "Saved sessions too" };
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public ListCommand() : base("list", "Show containers, and with --all saved sessions")
    {
        Options.Add(_all);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("list", "what is there"),
        new("list --all", "saved sessions too"),
        new("list --format=json", "the same for programs"),
    ];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var asJson = OutputFormat.IsJson(invocation, _format);
        var all = invocation.Value(_all);
        using var daemon = Daemon.Of(invocation.Surroundings);
        var listing = await daemon.GetAsync(
            all ? "v1/list?all=true" : "v1/list", "listing containers", ContractsJson.Default.Listing, CancellationToken.None);
        if (asJson) invocation.Surroundings.Out.Write(ListingJson.Render(listing));
        else ListingText.Render(listing, all, invocation.Surroundings.Out);
        return ExitCodes.Success;
    }
}
