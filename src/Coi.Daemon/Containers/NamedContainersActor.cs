using Akka.Actor;
using Akka.Event;
using Coi.Daemon.Hosting;
using Coi.Daemon.Incus;
using Coi.Daemon.Network;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.Incus;

namespace Coi.Daemon.Containers;

/// <summary>
/// Looks after containers that were launched by name: keeps the allowlist of each that runs true, and removes the network of each that is
/// gone, whoever deleted it. Knows nothing but what Incus says.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "An actor's end is PostStop; the source is disposed there.")]
internal sealed class NamedContainersActor : ReceiveActor
{
    private readonly NamedContainers _containers;
    private readonly DaemonHome _home;
    private readonly IAllowlistUpdater _updater;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public NamedContainersActor(NamedContainers containers, DaemonHome home, IAllowlistUpdater updater, TimeProvider time)
    {
        (_containers, _home, _updater, _time) = (containers, home, updater, time);
        Receive<Compare>(_ => Run(CompareAsync(Self)));
        Receive<Happened>(h => Run(LookAsync(h.Name, Self)));
        Receive<Seen>(Refresh);
        Receive<Failed>(f => _log.Warning("Containers launched by name could not be looked after: {Reason}", IncusFailures.Explain(f.Error).Message));
        Receive<Done>(_ => { });
    }

    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private void Run(Task work) => work.PipeTo(Self, success: () => new Done(), failure: ex => new Failed(ex));

    private async Task CompareAsync(IActorRef self)
    {
        foreach (var (instance, plan) in await _containers.ReadAsync(_stopping.Token).ConfigureAwait(false)) await TellAsync(instance, plan, self).ConfigureAwait(false);
        foreach (var name in await _containers.ServedAsync(_stopping.Token).ConfigureAwait(false)) await _containers.SweepAsync(name, _stopping.Token).ConfigureAwait(false);
    }

    private async Task LookAsync(string name, IActorRef self)
    {
        if (await _containers.LookAsync(name, _stopping.Token).ConfigureAwait(false) is { } found)
        {
            await TellAsync(found.Instance, found.Plan, self).ConfigureAwait(false);
            return;
        }

        // Gone, or none of ours; only the network of one that is gone is removed.
        await _containers.SweepAsync(name, _stopping.Token).ConfigureAwait(false);
        self.Tell(new Seen(name, null, null));
    }

    private async Task TellAsync(Instance instance, NetworkPlan? plan, IActorRef self)
    {
        var spec = NamedContainer.Running(instance, _home);
        if (spec is not null && NamedContainer.IsUnpoliced(instance)) await _containers.PoliceAsync(spec, from: null, _stopping.Token).ConfigureAwait(false);
        self.Tell(new Seen(instance.Name, spec, plan));
    }

    private void Refresh(Seen seen)
    {
        var child = Context.Child(seen.Name);
        if (seen is { Spec: { } spec, Plan: { } plan })
        {
            if (!child.IsNobody()) child.Tell(new NetworkPolicyActor.Follow(spec));
            else if (spec.Policy.IsRefreshed) Context.ActorOf(Props.Create(() => new NetworkPolicyActor(spec, plan, NamedContainer.Kind, _updater, _time)), seen.Name);
        }
        else if (!child.IsNobody())
        {
            Context.Stop(child);
        }
    }

    /// <summary>Something was started, stopped or deleted; told by who hears Incus.</summary>
    /// <param name="Name">Its name.</param>
    internal sealed record Happened(string Name) : INoSerializationVerificationNeeded;

    /// <summary>Look at everything; told after each gap in what is heard of Incus.</summary>
    internal sealed record Compare : INoSerializationVerificationNeeded;

    private sealed record Seen(string Name, LaunchSpec? Spec, NetworkPlan? Plan) : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    private sealed record Failed(Exception Error) : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    private sealed record Done : IDeadLetterSuppression, INoSerializationVerificationNeeded;
}
