using Akka.Actor;
using Akka.Hosting;
using Coi.Contracts;
using Coi.Daemon.Configuration;
using Coi.Daemon.Containers;
using Coi.Daemon.Feed;
using Coi.Daemon.History;
using Coi.Daemon.Hosting;
using Coi.Daemon.Images;
using Coi.Domain;
using Coi.Domain.Configuration;
using Coi.Domain.History;
using Coi.Domain.Network;
using Coi.Incus;

namespace Coi.Daemon.Api;

/// <summary>Routes about containers by name, whatever runs in them (<c>coi container</c>).</summary>
internal sealed class NamedContainerEndpoints(
    StreamedAnswers answers, NamedContainers containers, IncusClient incus, ProcessOwner owner, IRequiredActor<RecordsActor> records)
{
    private const string Remote = "images:";

    /// <summary><c>GET /v1/incus</c>.</summary>
    public Task PlaceAsync(HttpContext context) => ApiResults.JsonAsync(context, new IncusPlace(incus.SocketPath, incus.Project), ContractsJson.Default.IncusPlace);

    /// <summary><c>POST /v1/containers/launch</c>.</summary>
    public async Task LaunchAsync(HttpContext context)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.LaunchContainerRequest) is not { } request) return;
        await answers.AnswerAsync(
            context,
            async (NdjsonStream stream, CancellationToken cancellationToken) =>
            {
                var configuration = Load(request);
                var spec = NamedContainer.Spec(request.Name, request.Image, LaunchComposition.Policy(configuration.Network), configuration.Network.SubnetPool, configuration.Network.Mtu);
                var source = await SourceAsync(request.Image, cancellationToken);
                var (plan, notice) = await containers.LaunchAsync(spec, source, configuration.StoragePool, request.Ephemeral, stream.ProgressAsync, cancellationToken);
                var mode = spec.Policy.Mode.Word();
                records.ActorRef.Tell(new FeedProtocol.Changed(
                    request.Name, ContainerRecorded.Launched, $"it was launched from image {request.Image}, network {mode}, {(request.Ephemeral ? "ephemeral" : "persistent")}",
                    Peer.Of(context), request.Image, mode));
                return new LaunchedContainer(request.Name, request.Image, mode, plan.Address, notice);
            },
            ContractsJson.Default.LaunchedContainer);
    }

    /// <summary><c>POST /v1/containers/{name}/start</c>.</summary>
    public Task StartAsync(HttpContext context, string name) =>
        ChangeAsync(context, name, "start", "started", (_, cancellationToken) => containers.StartAsync(name, cancellationToken));

    /// <summary><c>POST /v1/containers/{name}/stop</c>.</summary>
    public Task StopAsync(HttpContext context, string name) => ChangeAsync(
        context, name, "stop", "stopped", (request, cancellationToken) => containers.StopAsync(name, request.Force, TimeSpan.FromSeconds(Math.Max(request.TimeoutSeconds, 1)), cancellationToken));

    /// <summary><c>POST /v1/containers/{name}/delete</c>.</summary>
    public Task DeleteAsync(HttpContext context, string name) =>
        ChangeAsync(context, name, "delete", "deleted", (request, cancellationToken) => containers.DeleteAsync(name, request.Force, cancellationToken));

    /// <summary><c>POST /v1/containers/{name}/mount</c>.</summary>
    public async Task MountAsync(HttpContext context, string name)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.MountContainerRequest) is not { } request) return;
        await answers.AnswerAsync(
            context,
            async (NdjsonStream _, CancellationToken cancellationToken) =>
            {
                await containers.MountAsync(name, request, cancellationToken);
                records.ActorRef.Tell(new FeedProtocol.Changed(name, "container_mounted", $"{request.Source} was mounted at {request.Path}", Peer.Of(context)));
                return new ChangedContainer(name, "mounted");
            },
            ContractsJson.Default.ChangedContainer);
    }

    private async Task ChangeAsync(HttpContext context, string name, string verb, string done, Func<ChangeContainerRequest, CancellationToken, Task> change)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.ChangeContainerRequest) is not { } request) return;
        await answers.AnswerAsync(
            context,
            async (NdjsonStream stream, CancellationToken cancellationToken) =>
            {
                await stream.ProgressAsync(new Progress(verb, $"{char.ToUpperInvariant(verb[0])}{verb[1..]} {name}"));
                await change(request, cancellationToken);
                records.ActorRef.Tell(new FeedProtocol.Changed(name, $"container_{done}", $"it was {done}", Peer.Of(context)));
                return new ChangedContainer(name, done);
            },
            ContractsJson.Default.ChangedContainer);
    }

    private EffectiveConfiguration Load(LaunchContainerRequest request) =>
        ConfigurationLoader.Load(new ConfigurationRequest
        {
            Home = owner.HomeDirectory,
            Environment = request.Client.Environment,
            Profile = request.Profile,
            Overrides = new ConfigurationOverrides { Network = request.Network },
        }).OrThrow().Configuration;

    private async Task<InstanceSource> SourceAsync(string image, CancellationToken cancellationToken)
    {
        if (image.StartsWith(Remote, StringComparison.Ordinal)) return InstanceSource.FromRemote(BuildOptions.PublicImageServer, image[Remote.Length..]);
        var found = await incus.Images.FindByAliasAsync(image, cancellationToken) ?? (IsFingerprint(image) ? await incus.Images.FindAsync(image, cancellationToken) : null);
        return found is null
            ? throw new FailureException(new Failure("image.missing", $"image '{image}' not found", image == "coi" ? "Build it with `coi build`" : "`coi image list --all` shows the local images"))
            : InstanceSource.FromFingerprint(found.Fingerprint);
    }

    private static bool IsFingerprint(string image) => image.Length >= 6 && image.All(char.IsAsciiHexDigitLower);
}
