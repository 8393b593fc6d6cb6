using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.History;

/// <summary><c>coi why</c>.</summary>
internal sealed class WhyCommand : CoiCommand
{
    private readonly Argument<string> _container = new("container") { HelpName = "container" };
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public WhyCommand() : base("why", "Tell how a container came into its present state")
    {
        Arguments.Add(_container);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override string Details => "Containers that are gone can be asked about too: the last one of the name is meant.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples => [new("why coi-abc12345-1", "in sentences, with times")];

    /// <inheritdoc />
    public override Completes Completes => Completes.Containers;

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var output = invocation.Surroundings.Out;
        var asJson = OutputFormat.IsJson(invocation, _format);
        using var daemon = Daemon.Of(invocation.Surroundings);
        var story = await daemon.GetAsync(
            $"v1/containers/{Uri.EscapeDataString(invocation.Value(_container) ?? "")}/why", "reading the history", ContractsJson.Default.Explanation, CancellationToken.None);
        if (asJson)
        {
            OutputFormat.WriteJson(invocation.Surroundings, story, ContractsJson.Default.Explanation);
            return ExitCodes.Success;
        }

        output.WriteLine($"{story.Container} {story.Now}.");
        if (story.Problem?.Hint is { } hint) output.WriteLine($"What to do: {hint}");
        output.WriteLine();
        HistoryText.Render(story.Events, output, withContainer: false);
        return ExitCodes.Success;
    }
}
