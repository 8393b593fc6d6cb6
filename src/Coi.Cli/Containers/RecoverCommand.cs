using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.Containers;

/// <summary><c>coi recover</c>.</summary>
internal sealed class RecoverCommand : CoiCommand
{
    private readonly Argument<string> _container = new("container") { HelpName = "container" };

    /// <summary>Makes the command.</summary>
    public RecoverCommand() : base("recover", "Go on with a container that coid has given up") => Arguments.Add(_container);

    /// <inheritdoc />
    public override string Details =>
        "'coi list' shows such a container as failed, with the reason; its network is closed meanwhile. It goes on with what Incus\n" +
        "has of it, under its policy. Of a container that is gone the session is saved and the slot freed.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples => [new("recover coi-abc12345-1", "take it over again")];

    /// <inheritdoc />
    public override Completes Completes => Completes.Containers;

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var name = invocation.Value(_container) ?? "";
        using var daemon = Daemon.Of(invocation.Surroundings);
        RecoveredContainer recovered;
        using (var view = new ProgressView(invocation.Surroundings))
        {
            recovered = await daemon.StreamAsync(
                HttpMethod.Post, $"v1/containers/{Uri.EscapeDataString(name)}/recover", null, $"recovering {name}", ContractsJson.Default.RecoveredContainer, view, CancellationToken.None);
        }

        invocation.Surroundings.Out.WriteLine(recovered.Exists
            ? $"  ✓ Recovered {name}"
            : $"  ✓ {name} does not exist in Incus any more: its session is saved, its slot is free");
        return ExitCodes.Success;
    }
}
