using Akka.Actor;
using Akka.Hosting;
using Coi.Domain.Slots;

namespace Coi.Daemon.Index;

/// <summary>Asks the index what containers there are, and which sessions are live in them; the one place that does, with one deadline.</summary>
internal sealed class ContainerIndex(IRequiredActor<IndexActor> index)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    /// <summary>Every container that exists, by name.</summary>
    public async Task<IReadOnlyList<IndexProtocol.Entry>> ListAsync(CancellationToken cancellationToken) => (await AllAsync(cancellationToken)).Entries;

    /// <summary>The same as the index tells it.</summary>
    public Task<IndexProtocol.Containers> AllAsync(CancellationToken cancellationToken) =>
        index.ActorRef.Ask<IndexProtocol.Containers>(IndexProtocol.ListContainers.Instance, Deadline, cancellationToken);

    /// <summary>A container by name: one that exists, one that ended a while ago, or none.</summary>
    public Task<IndexProtocol.ILookup> LookUpAsync(string name, CancellationToken cancellationToken) =>
        index.ActorRef.Ask<IndexProtocol.ILookup>(new IndexProtocol.FindContainer(name), Deadline, cancellationToken);

    /// <summary>A container that exists; null when none has this name.</summary>
    public async Task<IndexProtocol.Entry?> FindAsync(string name, CancellationToken cancellationToken) =>
        await LookUpAsync(name, cancellationToken) as IndexProtocol.Entry;

    /// <summary>Sessions that a container holds now, each with the container's name.</summary>
    public async Task<IReadOnlyDictionary<string, string>> LiveSessionsAsync(CancellationToken cancellationToken) =>
        LiveSessions(await ListAsync(cancellationToken));

    /// <summary>Sessions whose container runs or is being started or ended: everything but a container that rests.</summary>
    public static IReadOnlyDictionary<string, string> LiveSessions(IEnumerable<IndexProtocol.Entry> containers) => containers
        .Where(entry => entry.State.Phase != SlotPhase.Kept)
        .Select(entry => entry.State.Spec)
        .OfType<LaunchSpec>()
        .DistinctBy(spec => spec.SessionId)
        .ToDictionary(spec => spec.SessionId, spec => spec.Container);
}
