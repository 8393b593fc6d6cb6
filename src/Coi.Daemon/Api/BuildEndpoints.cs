using Akka.Actor;
using Akka.Hosting;
using Coi.Contracts;
using Coi.Daemon.Configuration;
using Coi.Daemon.Hosting;
using Coi.Daemon.Images;
using Coi.Daemon.Tools;
using Coi.Domain;
using Coi.Domain.Network;

namespace Coi.Daemon.Api;

/// <summary>Routes about image builds.</summary>
internal sealed class BuildEndpoints(ActorSystem system, IRequiredActor<ImagesActor> images, DaemonHome home, ProcessOwner owner, DaemonLifetime lifetime)
{
    private static readonly TimeSpan CancelDeadline = TimeSpan.FromSeconds(30);

    /// <summary><c>POST /v1/builds</c>. A client that goes away leaves the build running; <c>coi build</c> joins it again.</summary>
    public async Task BuildAsync(HttpContext context)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.BuildRequest) is not { } request) return;
        await using var stream = new NdjsonStream(context, system);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.Stopping);
        try
        {
            images.ActorRef.Tell(new ImagesProtocol.BuildImage(request, Options(request), stream.Self, Peer.Of(context)));
            await FollowAsync(stream, ending.Token);
        }
        catch (FailureException ex)
        {
            await stream.ErrorAsync(ex.Failure);
        }
        catch (OperationCanceledException) when (lifetime.Stopping.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            await stream.ErrorAsync(new Failure("daemon.stopping", "the daemon was stopped, and the build with it", "Run `coi build` again"));
        }
    }

    /// <summary><c>POST /v1/builds/{alias}/cancel</c>; a slash in the alias arrives escaped.</summary>
    public async Task CancelAsync(HttpContext context, string alias) => await ApiResults.JsonAsync(
        context,
        await images.ActorRef.Ask<CancelledBuild>(
            new ImagesProtocol.CancelBuild(Uri.UnescapeDataString(alias), context.Request.Query["request"].FirstOrDefault()), CancelDeadline, context.RequestAborted),
        ContractsJson.Default.CancelledBuild);

    private static async Task FollowAsync(NdjsonStream stream, CancellationToken cancellationToken)
    {
        await foreach (var message in stream.ReadAsync(cancellationToken))
        {
            switch (message)
            {
                case Progress progress:
                    await stream.ProgressAsync(progress);
                    break;
                case ImagesProtocol.BuildLog log:
                    await stream.LogAsync(log.Line);
                    break;
                case ImagesProtocol.BuildDone done:
                    await stream.ResultAsync(done.Image, ContractsJson.Default.BuiltImage);
                    return;
                case ImagesProtocol.BuildFailed failed:
                    await stream.ErrorAsync(new Failure(failed.Problem.Code, failed.Problem.Message, failed.Problem.Hint));
                    return;
            }
        }
    }

    private static string Script(string tool) => ToolCatalog.BuiltIn.Find(tool)?.InstallScript is { } script
        ? script
        : throw new FailureException(new Failure(
            "build.unknown_tool",
            $"unknown tool: {tool} (can be installed: {string.Join(", ", ToolCatalog.BuiltIn.Installable)})",
            "name one of these; what installs another tool belongs into [build] commands"));

    private BuildOptions Options(BuildRequest request)
    {
        var configuration = ConfigurationLoader.Load(new ConfigurationRequest
        {
            Home = owner.HomeDirectory,
            Environment = request.Client.Environment,
            Overrides = new ConfigurationOverrides(),
        }).OrThrow().Configuration;
        return new BuildOptions
        {
            Home = home.Root,
            LogDirectory = home.Logs,
            CacheDirectory = home.Cache,
            HostCaCertificates = configuration.Build.HostCaCertificates,
            // A custom image is what its script makes of its base; what is configured is in the coi image, the usual base.
            Commands = request.Script is null ? configuration.Build.Commands : [],
            Base = request.Base ?? (request.Script is null ? configuration.Build.Base : "coi"),
            ToolScripts = request.Script is null ? [.. (request.Tools ?? configuration.Build.Tools).Select(Script)] : null,
            Compression = configuration.Build.Compression,
            SubnetPool = configuration.Network.SubnetPool,
            Mtu = configuration.Network.Mtu,
            StoragePool = configuration.StoragePool,
            // What a build fetches comes from the public internet; an allowlist of a session says nothing about it.
            Policy = new NetworkPolicy
            {
                Mode = configuration.Network.Mode == NetworkMode.Open ? NetworkMode.Open : NetworkMode.Restricted,
                BlockPrivateNetworks = configuration.Network.BlockPrivateNetworks,
                BlockMetadataEndpoint = configuration.Network.BlockMetadataEndpoint,
                AllowLocalNetworkAccess = configuration.Network.AllowLocalNetworkAccess,
            },
        };
    }
}
