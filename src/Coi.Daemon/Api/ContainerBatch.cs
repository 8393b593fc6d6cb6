using Akka.Actor;
using Coi.Contracts;
using Coi.Daemon.Incus;
using Coi.Daemon.Index;
using Coi.Daemon.Slots;
using Coi.Domain;

namespace Coi.Daemon.Api;

/// <summary>Tells several slots the same and waits for the answer of each; one that cannot or does not answer is listed, with the reason.</summary>
internal sealed class ContainerBatch(NdjsonStream stream, ContainerIndex index, IncusHealth health)
{
    /// <summary>The answers that say yes.</summary>
    public List<SlotProtocol.IContainerAnswer> Done { get; } = [];

    /// <summary>The containers for which it did not work.</summary>
    public List<FailedContainer> Failed { get; } = [];

    /// <summary>Asks every container of the list.</summary>
    /// <param name="names">Names of the containers.</param>
    /// <param name="doing">What is being done, for a person.</param>
    /// <param name="command">What the slot of a container is told; it answers the stream.</param>
    /// <param name="deadline">The longest time for all of them.</param>
    /// <param name="cancellationToken">The asker is gone, or the daemon stops.</param>
    /// <param name="otherwise">What is done with a container that no slot has; false when it is none of coi's. Null when nothing can be.</param>
    public async Task RunAsync(
        IReadOnlyList<string> names, string doing, Func<string, object> command, TimeSpan deadline, CancellationToken cancellationToken, Func<string, Task<bool>>? otherwise = null)
    {
        var slots = new Dictionary<string, IActorRef>();
        foreach (var entry in await index.ListAsync(cancellationToken))
        {
            if (entry.State.Spec is { } spec) slots[spec.Container] = entry.Actor;
        }

        // What Incus cannot be asked about is not said to be missing.
        if (!names.All(slots.ContainsKey) && (await health.AskAsync(cancellationToken)).Failure is { } silent) throw new FailureException(silent);
        var waiting = new HashSet<string>();
        foreach (var name in names.Distinct())
        {
            var slot = slots.GetValueOrDefault(name);
            if (slot is null && otherwise is null)
            {
                Failed.Add(new FailedContainer(name, Unknown(name).ToProblem()));
                continue;
            }

            waiting.Add(name);
            await stream.ProgressAsync(new Progress("container", $"{doing} {name}"));
            if (slot is not null) slot.Tell(command(name));
            else _ = otherwise!(name).PipeTo(stream.Self, success: done => done ? new SlotProtocol.Ended(name) : Not(Unknown(name)), failure: ex => Not(IncusFailures.Explain(ex)));

            object Not(Failure failure) => new SlotProtocol.NotEnded(name, failure);
        }

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(deadline);
        try
        {
            await CollectAsync(waiting, ending.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Failed.AddRange(waiting.Select(name => new FailedContainer(
                name, new Problem("container.timeout", $"{name} did not get there within {deadline.TotalSeconds:0} s; the daemon goes on trying", "coi list"))));
        }
    }

    /// <summary>The failure for a name that no container has.</summary>
    public static Failure Unknown(string name) => new("container.missing", $"container '{name}' does not exist (not found among this coi's)", "coi list");

    private async Task CollectAsync(HashSet<string> waiting, CancellationToken cancellationToken)
    {
        if (waiting.Count == 0) return;
        await foreach (var message in stream.ReadAsync(cancellationToken))
        {
            if (message is not SlotProtocol.IContainerAnswer answer || !waiting.Remove(answer.Container)) continue;
            if (FailureOf(answer) is { } failure) Failed.Add(new FailedContainer(answer.Container, failure.ToProblem()));
            else Done.Add(answer);
            if (waiting.Count == 0) return;
        }
    }

    private static Failure? FailureOf(SlotProtocol.IContainerAnswer answer) => answer switch
    {
        SlotProtocol.NotEnded no => no.Failure,
        SlotProtocol.NotKept no => no.Failure,
        SlotProtocol.NotPoliced no => no.Failure,
        _ => null,
    };
}
