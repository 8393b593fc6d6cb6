using System.Text.Json.Serialization.Metadata;
using Akka.Actor;
using Akka.Hosting;
using Coi.Contracts;
using Coi.Daemon.Containers;
using Coi.Daemon.Feed;
using Coi.Daemon.History;
using Coi.Daemon.Hosting;
using Coi.Daemon.Incus;
using Coi.Daemon.Network.Inspection;
using Coi.Daemon.Network.Names;
using Coi.Daemon.Slots;
using Coi.Domain;
using Coi.Domain.Network;
using Coi.Domain.Slots;

namespace Coi.Daemon.Api;

/// <summary>Routes about the network of a container: what it is, another policy for it, and whether it holds.</summary>
internal sealed class NetworkEndpoints(
    ActorSystem system, NetworkInspection inspection, NetworkTests tests, AllowlistNames names, NamedContainers containers, IRequiredActor<NamedContainersActor> caretaker,
    IRequiredActor<RecordsActor> records, DaemonLifetime lifetime)
{
    // A bridge that changes may take seconds, on a busy machine many, and a slot tries three times before it says so.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    /// <summary><c>GET /v1/containers/{name}/network</c>.</summary>
    public async Task ShowAsync(HttpContext context, string name)
    {
        try
        {
            var network = await inspection.LookAsync(await inspection.FindAsync(name, context.RequestAborted), context.RequestAborted);
            await ApiResults.JsonAsync(context, NetworkReports.Of(network, names.Known(name)), ContractsJson.Default.NetworkReport);
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            var failure = IncusFailures.Explain(ex);
            await ApiResults.ProblemAsync(context, failure.Code is "container.missing" ? 404 : 409, failure.ToProblem());
        }
    }

    /// <summary><c>POST /v1/containers/{name}/network</c>.</summary>
    public async Task SetAsync(HttpContext context, string name)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.SetNetworkRequest) is not { } request) return;
        await AnswerAsync(context, (stream, cancellationToken) => SetAsync(stream, name, request, Peer.Of(context), cancellationToken), ContractsJson.Default.ChangedNetwork);
    }

    /// <summary><c>POST /v1/containers/{name}/network/test</c>.</summary>
    public async Task TestAsync(HttpContext context, string name)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.TestNetworkRequest) is not { } request) return;
        await AnswerAsync(
            context,
            async (stream, cancellationToken) =>
            {
                await stream.ProgressAsync(new Progress("test", $"Trying what {name} reaches"));
                var network = await inspection.LookAsync(await inspection.FindAsync(name, cancellationToken), cancellationToken);
                return await tests.RunAsync(network, names.Known(name), request.Probes, cancellationToken);
            },
            ContractsJson.Default.NetworkTestReport);
    }

    private async Task<ChangedNetwork> SetAsync(NdjsonStream stream, string name, SetNetworkRequest request, Requester? by, CancellationToken cancellationToken)
    {
        var owner = await inspection.FindAsync(name, cancellationToken);
        if (owner.Slot is { State: var state } && state.Phase != SlotPhase.Running) throw new FailureException(SlotActor.NotRunning(state));
        var wish = new PolicyWish(request.Mode, [.. request.Allow], [.. request.Remove]);
        if (wish.ApplyTo(name, owner.Spec.Policy, out var failure) is not { } policy) throw new FailureException(failure ?? new Failure("network.invalid", "that policy cannot be had"));
        var notices = new List<string>();
        if (policy.Mode == NetworkMode.Allowlist && policy != owner.Spec.Policy)
        {
            await stream.ProgressAsync(new Progress("names", $"Resolving the names of {name}"));
            notices.AddRange((await names.TryAsync(name, policy, cancellationToken)).Select(n => $"{n.Name} cannot be resolved now: {n.Trouble}"));
        }

        await stream.ProgressAsync(new Progress("network", $"Changing the network policy of {name} ({policy.Mode.Word()})"));
        var changed = owner.Slot is { } slot
            ? await PoliceAsync(stream, slot.Actor, new SlotProtocol.PoliceContainer(name, owner.Spec.Policy, policy, stream.Self, by), cancellationToken)
            : await PoliceAsync(owner.Spec, policy, by, cancellationToken);
        return new ChangedNetwork(name, policy.Mode.Word(), changed, policy.Mode == NetworkMode.Allowlist ? policy.AllowedDomains : null, notices);
    }

    private static async Task<bool> PoliceAsync(NdjsonStream stream, IActorRef slot, SlotProtocol.PoliceContainer command, CancellationToken cancellationToken)
    {
        slot.Tell(command);
        await foreach (var message in stream.ReadAsync(cancellationToken))
        {
            switch (message)
            {
                case SlotProtocol.Policed done:
                    return done.Changed;
                case SlotProtocol.NotPoliced no:
                    throw new FailureException(no.Failure);
            }
        }

        throw new OperationCanceledException(cancellationToken);
    }

    private async Task<bool> PoliceAsync(LaunchSpec spec, NetworkPolicy policy, Requester? by, CancellationToken cancellationToken)
    {
        await containers.PoliceAsync(spec with { Policy = policy }, spec.Policy, cancellationToken);
        caretaker.ActorRef.Tell(new NamedContainersActor.Happened(spec.Container));
        var mode = policy.Mode.Word();
        records.ActorRef.Tell(new FeedProtocol.Changed(spec.Container, "policy_changed", $"its network policy became {mode}", by, Network: mode));
        return spec.Policy != policy;
    }

    private async Task AnswerAsync<T>(HttpContext context, Func<NdjsonStream, CancellationToken, Task<T>> work, JsonTypeInfo<T> type)
    {
        await using var stream = new NdjsonStream(context, system);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.Stopping);
        ending.CancelAfter(Deadline);
        try
        {
            await stream.ResultAsync(await work(stream, ending.Token), type);
        }
        catch (Exception ex) when (ex is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested)
        {
            await stream.ErrorAsync(ex is not OperationCanceledException ? IncusFailures.Explain(ex)
                : lifetime.Stopping.IsCancellationRequested ? new Failure("daemon.stopping", "the daemon was stopped; it goes on with this when it is started again", "coi network show NAME")
                : new Failure("network.timeout", $"not done within {Deadline.TotalMinutes:0} min; the daemon goes on trying", "coi network show NAME"));
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for the answer any more.
        }
    }
}
