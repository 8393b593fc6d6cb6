using Akka.Actor;
using Akka.Hosting;
using Coi.Domain;
using Coi.Domain.Slots;

namespace Coi.Daemon.Index;

/// <summary>Asks the index what containers there are, and which sessions are live in them; the one place that does, with one deadline.</summary>
internal sealed class ContainerIndex(IRequiredActor<IndexActor> index)
{
    // Questions wait until the journal is replayed, which takes seconds when it is long or the machine busy.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Every container that exists, by name.</summary>
    public async Task<IReadOnlyList<IndexProtocol.Entry>> ListAsync(CancellationToken cancellationToken) => (await AllAsync(cancellationToken)).Entries;

    /// <summary>The same as the index tells it.</summary>
    public Task<IndexProtocol.Containers> AllAsync(CancellationToken cancellationToken) =>
        AskAsync<IndexProtocol.Containers>(IndexProtocol.ListContainers.Instance, cancellationToken);

    /// <summary>A container by name: one that exists, one that ended a while ago, or none.</summary>
    public Task<IndexProtocol.ILookup> LookUpAsync(string name, CancellationToken cancellationToken) =>
        AskAsync<IndexProtocol.ILookup>(new IndexProtocol.FindContainer(name), cancellationToken);

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

    private async Task<T> AskAsync<T>(object question, CancellationToken cancellationToken)
    {
        try
        {
            return await index.ActorRef.Ask<T>(question, Deadline, cancellationToken);
        }
        catch (AskTimeoutException)
        {
            throw new FailureException(new Failure(
                "daemon.busy", $"coid did not answer within {Deadline.TotalSeconds:0} s: it still reads its journal, or this machine is very busy", "Try again; coi daemon logs"));
        }
    }
}
