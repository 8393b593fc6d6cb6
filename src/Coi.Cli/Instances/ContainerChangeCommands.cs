using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.Instances;

/// <summary>What starting, stopping and deleting a container have in common.</summary>
internal abstract class ContainerChangeCommand : CoiCommand
{
    private readonly string _route;
    private readonly Argument<string> _name = new("name");

    /// <summary>Makes the command; its name is the daemon's route too.</summary>
    protected ContainerChangeCommand(string name, string description) : base(name, description)
    {
        _route = name;
        Arguments.Add(_name);
    }

    /// <inheritdoc />
    public override Completes Completes => Completes.Instances;

    /// <summary>What the daemon is told beside the name.</summary>
    protected virtual ChangeContainerRequest Request(Invocation invocation) => new();

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var name = invocation.Value(_name) ?? "";
        using var daemon = Daemon.Of(invocation.Surroundings);
        ChangedContainer changed;
        using (var view = new ProgressView(invocation.Surroundings, onlyLive: true))
        {
            changed = await daemon.StreamAsync(
                HttpMethod.Post, $"v1/containers/{Uri.EscapeDataString(name)}/{_route}", Daemon.Body(Request(invocation), ContractsJson.Default.ChangeContainerRequest),
                $"changing {name}", ContractsJson.Default.ChangedContainer, view, CancellationToken.None);
        }

        new Talk(invocation.Surroundings).Say($"Container {changed.Name} {changed.Done}");
        return ExitCodes.Success;
    }
}

/// <summary><c>coi container start</c>.</summary>
internal sealed class ContainerStartCommand() : ContainerChangeCommand("start", "Start a container that is stopped")
{
    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples => [new("container start my-container", "start it")];
}

/// <summary><c>coi container stop</c>.</summary>
internal sealed class ContainerStopCommand : ContainerChangeCommand
{
    private readonly Option<bool> _force = new("--force") { Description = "Stop it as by a power cut" };
    private readonly Option<int> _timeout = new("--timeout")
    {
        HelpName = "SECONDS",
        Description = "Seconds that its inside may take to stop (default 60)",
        DefaultValueFactory = _ => 60,
        CustomParser = result => GlobalOptions.Seconds(result, "--timeout", 1),
    };

    /// <summary>Makes the command.</summary>
    public ContainerStopCommand() : base("stop", "Stop a container")
    {
        Options.Add(_force);
        Options.Add(_timeout);
    }

    /// <inheritdoc />
    public override string Details => "A session's container that stops is settled as always: its session is saved, and it is removed unless it is persistent.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples => [new("container stop my-container", "cleanly"), new("container stop --force my-container", "at once")];

    /// <inheritdoc />
    protected override ChangeContainerRequest Request(Invocation invocation) => new() { Force = invocation.Value(_force), TimeoutSeconds = invocation.Value(_timeout) };
}

/// <summary><c>coi container delete</c>.</summary>
internal sealed class ContainerDeleteCommand : ContainerChangeCommand
{
    private readonly Option<bool> _force = new("--force") { Description = "Delete it although it runs" };

    /// <summary>Makes the command.</summary>
    public ContainerDeleteCommand() : base("delete", "Delete a container, with the network that was made for it") => Options.Add(_force);

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples => [new("container delete my-container", "one that is stopped"), new("container delete --force my-container", "one that runs, too")];

    /// <inheritdoc />
    protected override ChangeContainerRequest Request(Invocation invocation) => new() { Force = invocation.Value(_force) };
}
