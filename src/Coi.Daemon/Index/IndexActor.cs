using Akka.Actor;
using Coi.Daemon.Feed;
using Coi.Daemon.Reconciliation;
using Coi.Domain.Slots;

namespace Coi.Daemon.Index;

/// <summary>What crosses the index' boundary.</summary>
internal static class IndexProtocol
{
    /// <summary>A slot came to another state; told by the slot.</summary>
    /// <param name="Slot">Persistence id of the slot.</param>
    /// <param name="Actor">The slot.</param>
    /// <param name="State">Its state.</param>
    /// <param name="Failure">What keeps it from going on; null when nothing does.</param>
    /// <param name="Steps">What happened just now; null when the slot only says how it stands.</param>
    public sealed record SlotChanged(string Slot, IActorRef Actor, SlotState State, Failure? Failure, IReadOnlyList<SlotStep>? Steps = null);

    /// <summary>Have a reader follow what happens from now on; the feed tells it first what there is.</summary>
    /// <param name="Reader">The reader.</param>
    public sealed record Watch(FeedReader Reader);

    /// <summary>Asks for all containers; answered by <see cref="Containers"/>.</summary>
    public sealed record ListContainers
    {
        /// <summary>The only one.</summary>
        public static ListContainers Instance { get; } = new();
    }

    /// <summary>Asks for one container; answered by an <see cref="ILookup"/>.</summary>
    /// <param name="Name">Name of the container.</param>
    public sealed record FindContainer(string Name);

    /// <summary>Answer about one container: <see cref="Entry"/>, <see cref="Past"/> or <see cref="Unknown"/>.</summary>
    public interface ILookup;

    /// <summary>All containers by name.</summary>
    /// <param name="Entries">The containers.</param>
    public sealed record Containers(IReadOnlyList<Entry> Entries);

    /// <summary>A container that exists.</summary>
    /// <param name="Actor">Its slot.</param>
    /// <param name="State">State of the slot.</param>
    /// <param name="Failure">What keeps it from going on.</param>
    public sealed record Entry(IActorRef Actor, SlotState State, Failure? Failure) : ILookup;

    /// <summary>A container that ended a while ago.</summary>
    /// <param name="Container">Name of the container.</param>
    /// <param name="SessionId">Its session.</param>
    /// <param name="Cause">Why it stopped; null when it never ran.</param>
    public sealed record Past(string Container, string SessionId, StopCause? Cause = null) : ILookup;

    /// <summary>No such container.</summary>
    /// <param name="Name">The name asked for.</param>
    public sealed record Unknown(string Name) : ILookup;
}

/// <summary>
/// The read model behind <c>coi list</c>: what the slots said last. Soft state; slots tell it anew when they are revived, and until
/// the journal is replayed questions wait: an incomplete answer would be a wrong one.
/// </summary>
internal sealed class IndexActor : ReceiveActor, IWithUnboundedStash
{
    private const int RememberedEndings = 256;
    private readonly Dictionary<string, IndexProtocol.Entry> _bySlot = [];
    private readonly Dictionary<string, string> _slotByContainer = [];
    private readonly Queue<IndexProtocol.Past> _past = new();
    private readonly IActorRef _feed;

    /// <param name="feed">Hears what happens, in the order in which it is counted here.</param>
    public IndexActor(IActorRef feed)
    {
        _feed = feed;
        Receive<IndexProtocol.SlotChanged>(Update);
        Receive<ReconcilerProtocol.JournalReplayed>(_ =>
        {
            Become(Ready);
            Stash.UnstashAll();
        });
        // The callers' deadlines bound what is stashed here.
        ReceiveAny(_ => Stash.Stash());
    }

    public IStash Stash { get; set; } = null!;

    private void Ready()
    {
        Receive<IndexProtocol.SlotChanged>(Update);
        Receive<IndexProtocol.ListContainers>(_ => Sender.Tell(All()));
        Receive<IndexProtocol.FindContainer>(Find);
        // Through here, so that what the reader is told as the state and what follows it neither overlap nor leave a gap.
        Receive<IndexProtocol.Watch>(w => _feed.Tell(new FeedProtocol.Join(w.Reader, All())));
    }

    private IndexProtocol.Containers All() => new([.. _bySlot.Values.OrderBy(e => e.State.Spec?.Container, StringComparer.Ordinal)]);

    private void Update(IndexProtocol.SlotChanged changed)
    {
        if (changed.Steps is { Count: > 0 } steps) _feed.Tell(new FeedProtocol.Happened(steps));
        if (_bySlot.Remove(changed.Slot, out var before) && before.State.Spec is { } old)
        {
            _slotByContainer.Remove(old.Container);
            if (!changed.State.IsTaken) Remember(new IndexProtocol.Past(old.Container, old.SessionId, changed.State.Cause));
        }

        if (!changed.State.IsTaken || changed.State.Spec is not { } spec) return;
        _bySlot[changed.Slot] = new IndexProtocol.Entry(changed.Actor, changed.State, changed.Failure);
        _slotByContainer[spec.Container] = changed.Slot;
    }

    private void Remember(IndexProtocol.Past past)
    {
        _past.Enqueue(past);
        if (_past.Count > RememberedEndings) _past.Dequeue();
    }

    private void Find(IndexProtocol.FindContainer query)
    {
        if (_slotByContainer.TryGetValue(query.Name, out var slot)) Sender.Tell(_bySlot[slot]);
        else if (_past.LastOrDefault(p => p.Container == query.Name) is { } past) Sender.Tell(past);
        else Sender.Tell(new IndexProtocol.Unknown(query.Name));
    }
}
