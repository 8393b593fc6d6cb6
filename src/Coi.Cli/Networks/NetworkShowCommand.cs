using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.Networks;

/// <summary><c>coi network show</c>.</summary>
internal sealed class NetworkShowCommand : CoiCommand
{
    private readonly Argument<string> _name = new("container");
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public NetworkShowCommand() : base("show", "Show a container's network and the rules in force")
    {
        Arguments.Add(_name);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override string Details => "Rules and addresses are those that Incus has now. Names are those of an allowlist, with what DNS said of them last.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples => [new("network show coi-abc12345-1", "for a person"), new("network show coi-abc12345-1 --format=json", "for programs")];

    /// <inheritdoc />
    public override Completes Completes => Completes.Containers;

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var asJson = OutputFormat.IsJson(invocation, _format);
        using var daemon = Daemon.Of(invocation.Surroundings);
        var report = await daemon.GetAsync(
            $"v1/containers/{Uri.EscapeDataString(invocation.Value(_name) ?? "")}/network", "asking for the network", ContractsJson.Default.NetworkReport, CancellationToken.None);
        if (asJson) OutputFormat.WriteJson(invocation.Surroundings, report, ContractsJson.Default.NetworkReport);
        else NetworkText.Render(report, invocation.Surroundings.Out, invocation.Surroundings.Time.GetUtcNow());
        return ExitCodes.Success;
    }
}
