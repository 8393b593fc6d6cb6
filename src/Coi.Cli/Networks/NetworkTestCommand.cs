using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.Networks;

/// <summary><c>coi network test</c>.</summary>
internal sealed class NetworkTestCommand : CoiCommand
{
    private readonly Argument<string> _name = new("container");
    private readonly Option<string> _format = OutputFormat.Option();
    private readonly Option<string[]> _probes = new("--probe")
    {
        HelpName = "HOST[:PORT]",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        Description = "Try to connect to this place as well (repeatable; default port 443)",
    };

    /// <summary>Makes the command.</summary>
    public NetworkTestCommand() : base("test", "Try from inside what a container reaches, and compare it with its policy")
    {
        Arguments.Add(_name);
        Options.Add(_probes);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override string Details =>
        "Packets are sent to this machine's own addresses only, and to what --probe names. What else the rules in force say (metadata, private\n" +
        "ranges, the internet) is read and not sent: the column BY says which. Exits with 1 when something is not as it should be.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("network test coi-abc12345-1", "this machine and the rules"),
        new("network test coi-abc12345-1 --probe=api.anthropic.com --probe=192.168.1.1:80", "two places beyond"),
        new("network test coi-abc12345-1 --format=json", "for programs"),
    ];

    /// <inheritdoc />
    public override Completes Completes => Completes.RunningContainers;

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var asJson = OutputFormat.IsJson(invocation, _format);
        var name = invocation.Value(_name) ?? "";
        using var daemon = Daemon.Of(surroundings);
        NetworkTestReport report;
        using (var view = new ProgressView(surroundings, onlyLive: true))
        {
            report = await daemon.StreamAsync(
                HttpMethod.Post, $"v1/containers/{Uri.EscapeDataString(name)}/network/test",
                Daemon.Body(new TestNetworkRequest(invocation.Value(_probes) ?? []), ContractsJson.Default.TestNetworkRequest),
                $"testing the network of {name}", ContractsJson.Default.NetworkTestReport, view, CancellationToken.None);
        }

        if (asJson) OutputFormat.WriteJson(surroundings, report, ContractsJson.Default.NetworkTestReport);
        else NetworkText.Render(report, surroundings.Out);
        if (report.Notice is { } notice) new Talk(surroundings).Warning(notice);
        var wrong = report.Probes.Count(probe => !probe.Holds);
        if (wrong == 0) return ExitCodes.Success;
        throw new ProblemException(new Problem(
            "network.differs", $"{wrong} of {report.Probes.Count} probes of {name} are not as they should be", "docs/troubleshooting.md, \"Network inside the container\""));
    }
}
