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
    private readonly IncusClient _incus;
    private readonly IActorRef _index;
    private readonly DaemonHome _home;
    private readonly SlotNetworks _networks;
    private readonly Func<IActorRef> _workspaces;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private bool _replayed;
    private string? _wanted;
    private object? _reading;
    private readonly TimeProvider _time;
    private readonly Func<Failure?> _journal;
    private string _why = "";
    private ReconcilerProtocol.Report _report = new(false, []);

    /// <param name="incus">What is found.</param>
    /// <param name="index">What is wanted.</param>
    /// <param name="home">Whose things are looked at.</param>
    /// <param name="networks">Removes networks that serve nobody.</param>
    /// <param name="workspaces">Who takes containers over.</param>
    /// <param name="journal">Why the journal cannot be written now; null when it can.</param>
    /// <param name="time">The clock.</param>
    public ReconcilerActor(
        IncusClient incus, IActorRef index, DaemonHome home, SlotNetworks networks, Func<IActorRef> workspaces, Func<Failure?> journal, TimeProvider time)
    {
        _journal = journal;
        _time = time;
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
        Receive<Swept>(s => _report = _report with { Lines = [.. _report.Lines, .. s.Lines] });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private void Begin()
    {
        if (!_replayed || _wanted is null || _reading is not null) return;
        _log.Info("Comparing the journal with Incus: {Why}", _wanted);
        _why = _wanted;
        _wanted = null;
        var token = new object();
        _reading = token;
        _ = IncusReading.ReadAsync(
                _incus, token => _index.Ask<IndexProtocol.Containers>(IndexProtocol.ListContainers.Instance, IncusReading.Deadline, token), CancellationToken.None)
            .PipeTo(Self, success: reading => new Found(token, reading, null), failure: ex => new Found(token, null, ex));
    }

    private void Compare(Found found)
    {
        if (!ReferenceEquals(found.Token, _reading)) return;
        _reading = null;
        Timers.StartSingleTimer("again", new ReconcilerProtocol.Reconcile("it is time again"), Interval);
        if (found.Reading is not { } reading)
        {
            _log.Warning("Incus could not be read: {Reason}", IncusFailures.Explain(found.Error ?? new InvalidOperationException("nothing was read")).Message);
            Timers.StartSingleTimer("soon", new ReconcilerProtocol.Reconcile("the last reading failed"), TimeSpan.FromSeconds(10));
            return;
        }

        var differences = Drift.Find(_home, reading);
        var instances = reading.Instances.Where(i => Orphans.IsOurs(_home, i.Config)).ToDictionary(i => i.Name);
        foreach (var entry in reading.Known) TellWhatIs(entry, instances.GetValueOrDefault(entry.State.Spec?.Container ?? ""));
        foreach (var unknown in differences.OfType<Difference.Unknown>()) Adopt(unknown, reading.Networks);
        foreach (var unguarded in differences.OfType<Difference.Unguarded>()) Guard(unguarded);
        // What serves nobody is told of when it is gone.
        var lines = differences.Where(d => d is not Difference.Orphaned).Select(d => d.Line).ToList();
        foreach (var line in lines) _log.Info("Reconciliation: {Line}", line);
        _report = new ReconcilerProtocol.Report(true, lines, _time.GetUtcNow(), _why, reading.Known.Count, instances.Count);
        Sweep([.. differences.OfType<Difference.Orphaned>().Select(o => o.Orphan.Container).Distinct()]);
        Begin();
    }

    private static void TellWhatIs(IndexProtocol.Entry entry, Instance? instance)
    {
        if (entry.State.Phase is not (SlotPhase.Running or SlotPhase.Kept)) return;
        // Frozen, stopping or broken is neither running nor stopped: the next event or comparison tells.
        if (instance is { IsStopped: false, IsRunning: false }) return;
        entry.Actor.Tell(new SlotProtocol.Fact(new InstanceObserved(instance is not null, instance?.IsStopped == false), entry.State));
    }

    private void Adopt(Difference.Unknown unknown, IReadOnlyList<Coi.Incus.Network> networks)
    {
        var (instance, spec) = (unknown.Instance, unknown.Spec);
        var bridge = SlotNames.Bridge(instance.Name);
        var plan = networks.FirstOrDefault(n => n.Name == bridge) is { } network ? SlotNetworks.PlanOf(network, instance.Name) : null;
        _workspaces().Tell(new WorkspaceProtocol.AdoptContainer(
            WorkspaceHash.Of(spec.Workspace), spec, plan ?? new NetworkPlan(bridge, SlotNames.Acl(instance.Name), "0.0.0.0/29", 1500), !instance.IsStopped, instance.LastUsedAt));
    }

    // Somebody took the policy off; its network is closed while it is put back.
    private void Guard(Difference.Unguarded unguarded)
    {
        var spec = unguarded.Spec;
        _ = GuardAsync().PipeTo(Self, success: lines => new Swept(lines), failure: ex => new Swept([$"the policy of {spec.Container} could not be put in force: {IncusFailures.Explain(ex).Message}"]));

        async Task<IReadOnlyList<string>> GuardAsync()
        {
            using var deadline = new CancellationTokenSource(IncusReading.Deadline);
            await _networks.EnsureAsync(spec.Container, spec.Policy, SlotNetworks.PoolOf(spec), spec.Mtu, deadline.Token).ConfigureAwait(false);
            return [];
        }
    }

    // Bridges and ACLs of ours whose container is neither known nor there.
    private void Sweep(IReadOnlyList<string> orphans)
    {
        if (orphans.Count == 0) return;
        // History must be able to tell what becomes of things: nothing is removed while nothing can be written down.
        if (_journal() is { } unwritable)
        {
            Self.Tell(new Swept([$"left-over networks stay until the journal can be written again: {unwritable.Message}"]));
            return;
        }

        _ = SweepAsync(orphans).PipeTo(Self, success: lines => new Swept(lines), failure: ex => new Swept([$"left-over networks could not be removed: {IncusFailures.Explain(ex).Message}"]));
    }

    private async Task<IReadOnlyList<string>> SweepAsync(IReadOnlyList<string> orphans)
    {
        using var deadline = new CancellationTokenSource(IncusReading.Deadline);
        var lines = new List<string>();
        foreach (var container in orphans)
        {
            // A session may have begun since the reading: its slot is in the index before it makes anything in Incus.
            if (await _index.Ask<object>(new IndexProtocol.FindContainer(container), IncusReading.Deadline, deadline.Token).ConfigureAwait(false) is IndexProtocol.Entry) continue;
            await _networks.RemoveAsync(container, deadline.Token).ConfigureAwait(false);
            lines.Add($"the network of {container} served nobody and was removed");
        }

        return lines;
    }

    private sealed record Found(object Token, IncusReading? Reading, Exception? Error) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record Swept(IReadOnlyList<string> Lines) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
