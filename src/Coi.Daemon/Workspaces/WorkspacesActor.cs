using Akka.Actor;
using Akka.Event;
using Coi.Daemon.Reconciliation;
using Coi.Daemon.Slots;
using Coi.Domain.Workspaces;

namespace Coi.Daemon.Workspaces;

/// <summary>
/// Routes to workspaces, starts them on demand, and at start revives those of the journal. A workspace that is being stopped gets its
/// messages when it is gone and made anew: none is lost to a dying child.
/// </summary>
internal sealed class WorkspacesActor : ReceiveActor, IWithTimers
{
    /// <summary>What the persistence ids of workspaces begin with; the workspace's hash follows.</summary>
    public const string IdPrefix = "workspace-";

    private static readonly TimeSpan RevivalDelay = TimeSpan.FromSeconds(5);
    private readonly SlotDependencies _with;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, List<(object Message, IActorRef From)>> _draining = [];
    private readonly HashSet<string> _reviving = [];
    private readonly HashSet<string> _missedFacts = [];
    private readonly IReadOnlyList<string> _known;
    private readonly IActorRef _reconciler;

    /// <param name="with">What slots need.</param>
    /// <param name="known">Persistence ids of the journal's workspaces: a workspace needs no second record of its existence.</param>
    /// <param name="reconciler">Compares with Incus when all are back.</param>
    public WorkspacesActor(SlotDependencies with, IReadOnlyList<string> known, IActorRef reconciler)
    {
        _known = known;
        _with = with;
        _reconciler = reconciler;
        Receive<WorkspaceProtocol.IForWorkspace>(m => Route(m.Workspace.Value, m, Sender));
        Receive<WorkspaceProtocol.Passivate>(m =>
        {
            if (_draining.TryAdd(m.Workspace.Value, [])) Context.Child(m.Workspace.Value).Tell(WorkspaceProtocol.StopNow.Instance);
        });
        Receive<WorkspaceProtocol.Stays>(m => Deliver(m.Workspace.Value));
        Receive<Terminated>(WorkspaceStopped);
        Receive<ReviveWorkspace>(m => Route(m.Workspace.Value, new WorkspaceProtocol.AwaitRevival(m.Workspace), Self));
        Receive<WorkspaceProtocol.Revived>(m =>
        {
            Back(m.Workspace.Value);
            if (_missedFacts.Remove(m.Workspace.Value)) _reconciler.Tell(new ReconcilerProtocol.Reconcile($"workspace {m.Workspace} had stopped"));
        });
        Receive<WorkspaceProtocol.MissedFacts>(m => _reconciler.Tell(new ReconcilerProtocol.Reconcile($"what was heard of {m.Container} may not be all")));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        foreach (var id in _known)
        {
            if (WorkspaceHash.Parse(id[IdPrefix.Length..]) is not { } hash) continue;
            _reviving.Add(hash.Value);
            Route(hash.Value, new WorkspaceProtocol.AwaitRevival(hash), Self);
        }

        if (_reviving.Count == 0) Complete();
    }

    private void WorkspaceStopped(Terminated terminated)
    {
        var hash = terminated.ActorRef.Path.Name;
        if (Deliver(hash) || WorkspaceHash.Parse(hash) is not { } workspace) return;
        // Its slots stopped with it. One workspace that cannot be read must not keep the others from being listed.
        _log.Warning("Workspace {Workspace} stopped unexpectedly; it is revived in {Delay}", hash, RevivalDelay);
        _missedFacts.Add(hash);
        Back(hash);
        Timers.StartSingleTimer(hash, new ReviveWorkspace(workspace), RevivalDelay);
    }

    private bool Deliver(string hash)
    {
        if (!_draining.Remove(hash, out var waiting)) return false;
        foreach (var (message, from) in waiting) Route(hash, message, from);
        return true;
    }

    private void Back(string hash)
    {
        if (_reviving.Remove(hash) && _reviving.Count == 0) Complete();
    }

    private void Complete()
    {
        _log.Info("All workspaces of the journal are back");
        _with.Index.Tell(ReconcilerProtocol.JournalReplayed.Instance);
        _reconciler.Tell(ReconcilerProtocol.JournalReplayed.Instance);
    }

    private void Route(string hash, object message, IActorRef from)
    {
        if (_draining.TryGetValue(hash, out var waiting))
        {
            waiting.Add((message, from));
            return;
        }

        var child = Context.Child(hash);
        if (child.IsNobody())
        {
            if (WorkspaceHash.Parse(hash) is not { } id) throw new ArgumentException($"'{hash}' is not a workspace", nameof(hash));
            child = Context.Watch(Context.ActorOf(Props.Create(() => new WorkspaceActor(id, _with)), hash));
        }

        child.Tell(message, from);
    }

    private sealed record ReviveWorkspace(WorkspaceHash Workspace) : IDeadLetterSuppression, INoSerializationVerificationNeeded;
}
