using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Cli.Sessions;
using Coi.Contracts;

namespace Coi.Cli.Instances;

/// <summary><c>coi container launch</c>.</summary>
internal sealed class ContainerLaunchCommand : CoiCommand
{
    private readonly Argument<string> _image = new("image");
    private readonly Argument<string> _name = new("name");
    private readonly Option<bool> _ephemeral = new("--ephemeral") { Description = "The container vanishes when it stops" };
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public ContainerLaunchCommand() : base("launch", "Make and start a container with a name of your own")
    {
        Arguments.Add(_image);
        Arguments.Add(_name);
        Options.Add(_ephemeral);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override string Details =>
        "The container has a network of its own under the configured policy, and nothing of the host: 'coi container mount' adds that.\n" +
        "It has no session. 'coi list', 'coi shutdown' and 'coi kill' know it as well.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("container launch coi my-container", "from the image coi"),
        new("container launch coi my-container --ephemeral", "gone when it stops"),
        new("container launch coi my-container --network open", "another network mode"),
    ];

    /// <inheritdoc />
    public override Completes Completes => Completes.Images;

    /// <inheritdoc />
    public override IReadOnlyList<Option> Heeds(GlobalOptions options) => [options.Network, options.Profile];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var surroundings = invocation.Surroundings;
        var json = OutputFormat.IsJson(invocation, _format);
        var request = new LaunchContainerRequest
        {
            Name = invocation.Value(_name) ?? "",
            Image = invocation.Value(_image) ?? "",
            Ephemeral = invocation.Value(_ephemeral),
            Network = SessionArguments.Network(invocation),
            Profile = invocation.Value(invocation.Options.Profile),
            Client = ClientContexts.Of(surroundings),
        };
        using var interruption = Interruption.Watch();
        using var daemon = Daemon.Of(surroundings);
        try
        {
            LaunchedContainer launched;
            using (var view = new ProgressView(surroundings, onlyLive: true))
            {
                launched = await daemon.StreamAsync(
                    HttpMethod.Post, "v1/containers/launch", Daemon.Body(request, ContractsJson.Default.LaunchContainerRequest), $"launching {request.Name}",
                    ContractsJson.Default.LaunchedContainer, view, interruption.Token);
            }

            if (json) OutputFormat.WriteJson(surroundings, launched, ContractsJson.Default.LaunchedContainer);
            else new Talk(surroundings).Say($"Container {launched.Name} launched from image {launched.Image} (network {launched.Network}, {launched.Ipv4})");
            if (launched.Notice is { } notice) new Talk(surroundings).Warning(notice);
            return ExitCodes.Success;
        }
        catch (OperationCanceledException) when (interruption.Came)
        {
            return interruption.ExitCode; // coid undoes what nobody waits for
        }
    }
}
