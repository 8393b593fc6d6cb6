using Akka.Actor;
using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Daemon.Incus;
using Coi.Daemon.Index;
using Coi.Daemon.Slots;
using Coi.Domain;
using Coi.Domain.Slots;
using Coi.Incus;

namespace Coi.Daemon.Api;

/// <summary>Routes about containers that exist.</summary>
internal sealed class ContainerEndpoints(ActorSystem system, ContainerIndex index, IncusClient incus, IncusHealth health, DaemonLifetime lifetime)
{
    /// <summary><c>GET /v1/containers/{name}/attach</c>.</summary>
    public async Task AttachAsync(HttpContext context, string name)
    {
        if (await index.FindAsync(name, context.RequestAborted) is { State: { Spec: { } spec } state })
        {
            await ApiResults.JsonAsync(context, spec.ToAttachTarget(state.Phase == SlotPhase.Running, incus), ContractsJson.Default.AttachTarget);
            return;
        }

        var failure = (await health.AskAsync(context.RequestAborted)).Failure;
        await ApiResults.ProblemAsync(context, failure is null ? 404 : 503, (failure ?? Unknown(name)).ToProblem());
    }

    /// <summary><c>POST /v1/containers/shutdown</c>: stop cleanly within the timeout, keep the session, remove the container.</summary>
    public Task ShutdownAsync(HttpContext context) => EndAsync(context, "Shutting down", r => new End(Force: false, Remove: true, r.TimeoutSeconds));

    /// <summary><c>POST /v1/containers/kill</c>: stop at once, keep the session, remove the container.</summary>
    public Task KillAsync(HttpContext context) => EndAsync(context, "Killing", _ => new End(Force: true, Remove: true, 0));

    private async Task EndAsync(HttpContext context, string doing, Func<EndContainersRequest, End> wish)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.EndContainersRequest) is not { } request) return;
        await using var stream = new NdjsonStream(context, system);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.Stopping);
        ending.CancelAfter(TimeSpan.FromSeconds(Math.Max(request.TimeoutSeconds, 0)) + TimeSpan.FromMinutes(3));
        try
        {
            var all = await index.ListAsync(ending.Token);
            var names = request.All ? [.. all.Select(e => e.State.Spec?.Container).OfType<string>()] : request.Names.Distinct().ToList();
            var byName = all.Where(e => e.State.Spec is not null).ToDictionary(e => e.State.Spec?.Container ?? "");
            // What Incus cannot be asked about is not said to be missing.
            if (!names.All(byName.ContainsKey) && (await health.AskAsync(ending.Token)).Failure is { } failure) throw new FailureException(failure);
            var failed = names.Where(n => !byName.ContainsKey(n)).Select(n => new FailedContainer(n, Unknown(n).ToProblem())).ToList();
            var waiting = names.Where(byName.ContainsKey).ToHashSet();
            foreach (var name in waiting)
            {
                await stream.ProgressAsync(new Progress("end", $"{doing} {name}"));
                byName[name].Actor.Tell(new SlotProtocol.EndSession(name, wish(request), stream.Self));
            }

            var ended = await CollectAsync(stream, waiting, failed, ending.Token);
            await stream.ResultAsync(new EndedContainers(ended, failed), ContractsJson.Default.EndedContainers);
        }
        catch (Exception ex) when (ex is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested)
        {
            await stream.ErrorAsync(lifetime.Stopping.IsCancellationRequested
                ? new Failure("daemon.stopping", "the daemon was stopped; it goes on with this when it is started again", "coi list")
                : ex is OperationCanceledException
                    ? new Failure("end.timeout", "not every container ended in time; the daemon goes on trying", "coi list")
                    : IncusFailures.Explain(ex));
        }
    }

    private static async Task<List<string>> CollectAsync(NdjsonStream stream, HashSet<string> waiting, List<FailedContainer> failed, CancellationToken cancellationToken)
    {
        var ended = new List<string>();
        if (waiting.Count == 0) return ended;
        await foreach (var message in stream.ReadAsync(cancellationToken))
        {
            switch (message)
            {
                case SlotProtocol.Ended done when waiting.Remove(done.Container):
                    ended.Add(done.Container);
                    await stream.ProgressAsync(new Progress("ended", $"{done.Container} has ended"));
                    break;
                case SlotProtocol.NotEnded not when waiting.Remove(not.Container):
                    failed.Add(new FailedContainer(not.Container, not.Failure.ToProblem()));
                    break;
            }

            if (waiting.Count == 0) break;
        }

        return ended;
    }

    /// <summary>The failure for a name that no container has.</summary>
    public static Failure Unknown(string name) => new("container.missing", $"container '{name}' does not exist (not found among this coi's)", "coi list");
}
