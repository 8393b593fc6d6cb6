using Akka.Actor;
using Akka.Event;
using Coi.Daemon.Hosting;
using Coi.Daemon.Incus;
using Coi.Daemon.Index;
using Coi.Daemon.Network;
using Coi.Daemon.Slots;
using Coi.Daemon.Workspaces;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;
using Coi.Incus;

namespace Coi.Daemon.Reconciliation;

/// <summary>
/// Compares what slots want with one read of Incus: tells slots what became of their containers, hands containers that the journal does
/// not know to their workspaces, and removes networks and ACLs that serve nobody. Runs when the journal is replayed and Incus answers,
/// after every gap in the event stream, and every half hour.
/// </summary>
internal sealed class ReconcilerActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan ReadDeadline = TimeSpan.FromSeconds(60);
    private readonly IncusClient _incus;
    private readonly IActorRef _index;
    private readonly DaemonHome _home;
    private readonly SlotNetworks _networks;
    private readonly Func<IActorRef> _workspaces;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private bool _replayed;
    private string? _wanted;
    private object? _reading;
    private ReconcilerProtocol.Report _report = new(false, []);

    public ReconcilerActor(IncusClient incus, IActorRef index, DaemonHome home, SlotNetworks networks, Func<IActorRef> workspaces)
    {
        _incus = incus;
        _index = index;
        _home = home;
        _networks = networks;
        _workspaces = workspaces;
        Receive<ReconcilerProtocol.JournalReplayed>(_ =>
        {
            _replayed = true;
            Begin();
        });
        Receive<ReconcilerProtocol.Reconcile>(r =>
        {
            _wanted = r.Why;
            Begin();
        });
        Receive<Found>(Compare);
        Receive<ReconcilerProtocol.GetReport>(_ => Sender.Tell(_report));
        Receive<Swept>(s => _report = new ReconcilerProtocol.Report(true, [.. _report.Lines, .. s.Lines]));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private void Begin()
    {
        if (!_replayed || _wanted is null || _reading is not null) return;
        _log.Info("Comparing the journal with Incus: {Why}", _wanted);
        _wanted = null;
        var token = new object();
        _reading = token;
        _ = ReadAsync().PipeTo(Self, success: f => f with { Token = token }, failure: ex => new Found(token, null, [], [], [], ex));
    }

    private async Task<Found> ReadAsync()
    {
        using var deadline = new CancellationTokenSource(ReadDeadline);
        // The index first: a slot that begins in between is only missing from it, and what is missing from Incus was read later.
        var known = await _index.Ask<IndexProtocol.Containers>(IndexProtocol.ListContainers.Instance, ReadDeadline, deadline.Token).ConfigureAwait(false);
        var instances = await _incus.Instances.ListAsync(deadline.Token).ConfigureAwait(false);
        var networks = await _incus.Networks.ListAsync(deadline.Token).ConfigureAwait(false);
        var acls = await _incus.NetworkAcls.ListAsync(deadline.Token).ConfigureAwait(false);
        return new Found(new object(), known, instances, networks, acls, null);
    }

    private void Compare(Found found)
    {
        if (!ReferenceEquals(found.Token, _reading)) return;
        _reading = null;
        Timers.StartSingleTimer("again", new ReconcilerProtocol.Reconcile("it is time again"), Interval);
        if (found.Error is { } error)
        {
            _log.Warning("Incus could not be read: {Reason}", IncusFailures.Explain(error).Message);
            Timers.StartSingleTimer("soon", new ReconcilerProtocol.Reconcile("the last reading failed"), TimeSpan.FromSeconds(10));
            return;
        }

        var lines = new List<string>();
        var ours = found.Instances.Where(i => Orphans.IsOurs(_home, i.Config)).ToDictionary(i => i.Name);
        var entries = found.Known?.Entries ?? [];
        foreach (var entry in entries) TellWhatIs(entry, ours.GetValueOrDefault(entry.State.Spec?.Container ?? ""), lines);
        var known = entries.Select(e => e.State.Spec?.Container).ToHashSet();
        foreach (var instance in ours.Values.Where(i => !known.Contains(i.Name))) Adopt(instance, found.Networks, lines);
        foreach (var line in lines) _log.Info("Reconciliation: {Line}", line);
        _report = new ReconcilerProtocol.Report(true, lines);
        Sweep(found, [.. known.OfType<string>(), .. ours.Keys]);
        Begin();
    }

    private static void TellWhatIs(IndexProtocol.Entry entry, Instance? instance, List<string> lines)
    {
        var (phase, container) = (entry.State.Phase, entry.State.Spec?.Container);
        if (phase is not (SlotPhase.Running or SlotPhase.Kept)) return;
        if (instance is null) lines.Add($"{container} is gone although it was {(phase == SlotPhase.Running ? "running" : "kept")}; its session is finalised");
        else if (phase == SlotPhase.Running && instance.IsStopped) lines.Add($"{container} stopped while nobody watched; its session is finalised");
        // Frozen, stopping or broken is neither running nor stopped: the next event or comparison tells.
        else if (!instance.IsStopped && !instance.IsRunning) return;
        entry.Actor.Tell(new SlotProtocol.Fact(new InstanceObserved(instance is not null, instance?.IsStopped == false), entry.State));
    }

    private void Adopt(Instance instance, IReadOnlyList<Coi.Incus.Network> networks, List<string> lines)
    {
        var bridge = SlotNames.Bridge(instance.Name);
        if (SlotContainer.SpecOf(instance) is not { } spec)
        {
            lines.Add($"{instance.Name} belongs to this coi but does not say what runs in it; it is left alone");
            return;
        }

        if (spec.Container != instance.Name)
        {
            // `incus copy` copies the keys too: what they say is about the original.
            lines.Add($"{instance.Name} is a copy of {spec.Container}; it is left alone");
            return;
        }

        var plan = networks.FirstOrDefault(n => n.Name == bridge) is { } network ? SlotNetworks.PlanOf(network, instance.Name) : null;
        lines.Add($"{instance.Name} was not in the journal; it is taken over with its session {spec.SessionId}");
        _workspaces().Tell(new WorkspaceProtocol.AdoptContainer(
            WorkspaceHash.Of(spec.Workspace), spec, plan ?? new NetworkPlan(bridge, SlotNames.Acl(instance.Name), "0.0.0.0/29", 1500), !instance.IsStopped, instance.LastUsedAt));
    }

    // Bridges and ACLs of ours whose container is neither known nor there.
    private void Sweep(Found found, HashSet<string> containers)
    {
        var orphans = Orphans.OfNetworks(_home, containers, found.Networks, found.Acls).Select(orphan => orphan.Container).Distinct().ToList();
        if (orphans.Count == 0) return;
        _ = SweepAsync(orphans).PipeTo(Self, success: lines => new Swept(lines), failure: ex => new Swept([$"left-over networks could not be removed: {IncusFailures.Explain(ex).Message}"]));
    }

    private async Task<IReadOnlyList<string>> SweepAsync(IReadOnlyList<string> orphans)
    {
        using var deadline = new CancellationTokenSource(ReadDeadline);
        var lines = new List<string>();
        foreach (var container in orphans)
        {
            // A session may have begun since the reading: its slot is in the index before it makes anything in Incus.
            if (await _index.Ask<object>(new IndexProtocol.FindContainer(container), ReadDeadline, deadline.Token).ConfigureAwait(false) is IndexProtocol.Entry) continue;
            await _networks.RemoveAsync(container, deadline.Token).ConfigureAwait(false);
            lines.Add($"the network of {container} served nobody and was removed");
        }

        return lines;
    }

    private sealed record Found(
        object Token,
        IndexProtocol.Containers? Known,
        IReadOnlyList<Instance> Instances,
        IReadOnlyList<Coi.Incus.Network> Networks,
        IReadOnlyList<NetworkAcl> Acls,
        Exception? Error) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record Swept(IReadOnlyList<string> Lines) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
