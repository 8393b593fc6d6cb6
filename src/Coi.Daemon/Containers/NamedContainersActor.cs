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
    private readonly IncusClient _incus;
    private readonly NamedContainers _containers;
    private readonly NamedContainerIndex _index;
    private readonly DaemonHome _home;
    private readonly IAllowlistUpdater _updater;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public NamedContainersActor(IncusClient incus, NamedContainers containers, NamedContainerIndex index, DaemonHome home, IAllowlistUpdater updater, TimeProvider time)
    {
        (_incus, _containers, _index, _home, _updater, _time) = (incus, containers, index, home, updater, time);
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
        foreach (var name in await _containers.ServedAsync(_stopping.Token).ConfigureAwait(false)) await _containers.SweepAsync(name, _stopping.Token).ConfigureAwait(false);
        var ours = (await _incus.Instances.ListAsync(_stopping.Token).ConfigureAwait(false)).Where(instance => NamedContainer.Is(instance, _home)).ToList();
        foreach (var instance in ours) await TellAsync(instance, self).ConfigureAwait(false);
        _index.AllSeen(ours.Select(instance => instance.Name).ToHashSet(StringComparer.Ordinal));
    }

    private async Task LookAsync(string name, IActorRef self)
    {
        if (await _incus.Instances.FindAsync(name, _stopping.Token).ConfigureAwait(false) is not { } instance)
        {
            _index.Gone(name);
            await _containers.SweepAsync(name, _stopping.Token).ConfigureAwait(false);
            self.Tell(new Seen(name, null, null));
        }
        else if (NamedContainer.Is(instance, _home))
        {
            await TellAsync(instance, self).ConfigureAwait(false);
        }
    }

    private async Task TellAsync(Instance instance, IActorRef self)
    {
        var spec = NamedContainer.Running(instance, _home);
        if (spec is not null && NamedContainer.IsUnpoliced(instance)) await _containers.PoliceAsync(spec, _stopping.Token).ConfigureAwait(false);
        var plan = await _containers.SawAsync(instance, _stopping.Token).ConfigureAwait(false);
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
