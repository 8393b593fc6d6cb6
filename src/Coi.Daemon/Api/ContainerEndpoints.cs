using System.Text.Json.Serialization.Metadata;
using Akka.Actor;
using Akka.Hosting;
using Coi.Contracts;
using Coi.Daemon.Containers;
using Coi.Daemon.Feed;
using Coi.Daemon.History;
using Coi.Daemon.Hosting;
using Coi.Daemon.Incus;
using Coi.Daemon.Index;
using Coi.Daemon.Slots;
using Coi.Daemon.Workspaces;
using Coi.Domain;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;
using Coi.Incus;

namespace Coi.Daemon.Api;

/// <summary>Routes about containers that exist.</summary>
internal sealed class ContainerEndpoints(
    ActorSystem system, ContainerIndex index, NamedContainers containers, IncusClient incus, IncusHealth health, DaemonLifetime lifetime, IRequiredActor<RecordsActor> records)
{
    // Beyond the time that a container is given to stop: finalising, removing, and a busy machine.
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(3);

    /// <summary><c>GET /v1/containers/{name}/attach</c>.</summary>
    public async Task AttachAsync(HttpContext context, string name)
    {
        if (await index.FindAsync(name, context.RequestAborted) is { State: { Spec: { } spec } state })
        {
            await ApiResults.JsonAsync(context, spec.ToAttachTarget(state.HasRunningContainer(), incus), ContractsJson.Default.AttachTarget);
            return;
        }

        var failure = (await health.AskAsync(context.RequestAborted)).Failure;
        await ApiResults.ProblemAsync(context, failure is null ? 404 : 503, (failure ?? ContainerBatch.Unknown(name)).ToProblem());
    }

    /// <summary><c>POST /v1/containers/shutdown</c>: stop cleanly within the timeout, keep the session, remove the container.</summary>
    public Task ShutdownAsync(HttpContext context) => EndAsync(context, "Shutting down", r => new End(Force: false, Remove: true, r.TimeoutSeconds, Peer.Of(context)));

    /// <summary><c>POST /v1/containers/kill</c>: stop at once, keep the session, remove the container.</summary>
    public Task KillAsync(HttpContext context) => EndAsync(context, "Killing", _ => new End(Force: true, Remove: true, 0, Peer.Of(context)));

    /// <summary><c>POST /v1/containers/persist</c>: keep the containers when they stop.</summary>
    public async Task PersistAsync(HttpContext context)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.KeepContainersRequest) is not { } request) return;
        await BatchAsync(
            context,
            (batch, stream, ended) => batch.RunAsync(request.Names, "Persisting", name => new SlotProtocol.KeepContainer(name, stream.Self, Peer.Of(context)), Settling, ended),
            batch => new KeptContainers([.. batch.Done.OfType<SlotProtocol.Kept>().Select(kept => new KeptContainer(kept.Container, kept.Changed))], batch.Failed),
            ContractsJson.Default.KeptContainers);
    }

    /// <summary><c>POST /v1/containers/{name}/recover</c>: have a slot that failed go on with what Incus has.</summary>
    public async Task RecoverAsync(HttpContext context, string name)
    {
        await using var stream = new NdjsonStream(context, system);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.Stopping);
        ending.CancelAfter(Settling);
        try
        {
            if (await index.FindAsync(name, ending.Token) is not { State.Spec: { } spec } entry) throw new FailureException(ContainerBatch.Unknown(name));
            await stream.ProgressAsync(new Progress("recover", $"Recovering {name} from what Incus has of it"));
            if (entry.Failure?.Code != SlotProtocol.FailedCode)
                throw new FailureException(new Failure("slot.sound", $"{name} has not failed, so there is nothing to recover", $"coi why {name}"));
            // A slot that failed is stood in for by its workspace.
            entry.Actor.Tell(new WorkspaceProtocol.RecoverSlot(WorkspaceHash.Of(spec.Workspace), name, stream.Self, Peer.Of(context)));
            await foreach (var message in stream.ReadAsync(ending.Token))
            {
                if (message is not WorkspaceProtocol.SlotRecovery recovery) continue;
                if (recovery.Failure is { } failure) await stream.ErrorAsync(failure);
                else await stream.ResultAsync(new RecoveredContainer(name, recovery.Exists), ContractsJson.Default.RecoveredContainer);
                return;
            }
        }
        catch (Exception ex) when (ex is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested)
        {
            await stream.ErrorAsync(ex is OperationCanceledException
                ? new Failure("recover.timeout", $"recovering {name} was not done within {Settling.TotalMinutes:0} min; it may still be", $"coi why {name}")
                : IncusFailures.Explain(ex));
        }
    }

    private async Task EndAsync(HttpContext context, string doing, Func<EndContainersRequest, End> wish)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.EndContainersRequest) is not { } request) return;
        var end = wish(request);
        var timeout = TimeSpan.FromSeconds(Math.Max(request.TimeoutSeconds, 1));
        await BatchAsync(
            context,
            async (batch, stream, ended) => await batch.RunAsync(
                request.All ? [.. await NamesAsync(ended)] : request.Names,
                doing,
                name => new SlotProtocol.EndSession(name, end, stream.Self),
                timeout + Settling,
                ended,
                // Once begun it comes to its end, whether or not the asker waits for it.
                name => EndNamedAsync(name, end, timeout)),
            batch => new EndedContainers([.. batch.Done.Select(ended => ended.Container)], batch.Failed),
            ContractsJson.Default.EndedContainers);
    }

    private async Task<bool> EndNamedAsync(string name, End end, TimeSpan timeout)
    {
        if (!await containers.EndAsync(name, end.Force, timeout, lifetime.Stopping)) return false;
        records.ActorRef.Tell(new FeedProtocol.Changed(name, "container_deleted", "it was ended and deleted", end.By));
        return true;
    }

    private async Task<IEnumerable<string>> NamesAsync(CancellationToken cancellationToken) =>
        (await index.ListAsync(cancellationToken)).Select(entry => entry.State.Spec?.Container).OfType<string>()
            .Concat((await containers.ListAsync(cancellationToken)).Select(container => container.Name));

    private async Task BatchAsync<T>(
        HttpContext context, Func<ContainerBatch, NdjsonStream, CancellationToken, Task> run, Func<ContainerBatch, T> result, JsonTypeInfo<T> type)
    {
        await using var stream = new NdjsonStream(context, system);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.Stopping);
        try
        {
            var batch = new ContainerBatch(stream, index, health);
            await run(batch, stream, ending.Token);
            await stream.ResultAsync(result(batch), type);
        }
        catch (Exception ex) when (ex is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested)
        {
            await stream.ErrorAsync(lifetime.Stopping.IsCancellationRequested
                ? new Failure("daemon.stopping", "the daemon was stopped; it goes on with this when it is started again", "coi list")
                : IncusFailures.Explain(ex));
        }
    }
}
