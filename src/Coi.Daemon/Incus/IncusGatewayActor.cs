using Akka.Actor;
using Akka.Event;

namespace Coi.Daemon.Incus;

/// <summary>What crosses the gateway's boundary.</summary>
internal static class IncusGatewayProtocol
{
    /// <summary>Do this to an instance: after everything asked before for the same instance, and when there is room.</summary>
    /// <param name="Instance">Name of the instance; work on one name never overlaps.</param>
    /// <param name="Token">Identity of the run; comes back in <see cref="Done"/>. A counter would not do: results of an actor's earlier incarnation arrive at the new one.</param>
    /// <param name="Work">What to do.</param>
    /// <param name="CancellationToken">Ends the work, also while it waits.</param>
    public sealed record Run(string Instance, object Token, Func<CancellationToken, Task<object?>> Work, CancellationToken CancellationToken) : INoSerializationVerificationNeeded;

    /// <summary>The end of a run.</summary>
    /// <param name="Token">Which run.</param>
    /// <param name="Result">What it returned.</param>
    /// <param name="Error">Why it failed; null when it did not.</param>
    public sealed record Done(object Token, object? Result, Exception? Error) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}

/// <summary>Bounds the work that is done through Incus at one time and keeps it in order for each instance.</summary>
internal sealed class IncusGatewayActor : ReceiveActor
{
    private readonly int _places;
    private readonly Dictionary<string, Queue<Waiting>> _queues = [];
    private readonly Queue<string> _ready = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private int _running;

    public IncusGatewayActor(int places)
    {
        _places = places;
        Receive<IncusGatewayProtocol.Run>(Enqueue);
        Receive<Finished>(Finish);
    }

    private void Enqueue(IncusGatewayProtocol.Run run)
    {
        var waiting = new Waiting(run, Sender);
        if (_queues.TryGetValue(run.Instance, out var queue))
        {
            queue.Enqueue(waiting);
            return;
        }

        _queues[run.Instance] = new Queue<Waiting>([waiting]);
        _ready.Enqueue(run.Instance);
        StartWhatFits();
    }

    private void StartWhatFits()
    {
        while (_running < _places && _ready.TryDequeue(out var instance))
        {
            _running++;
            var (run, replyTo) = _queues[instance].Peek();
            _ = ExecuteAsync(run).PipeTo(
                Self,
                success: result => new Finished(instance, replyTo, new IncusGatewayProtocol.Done(run.Token, result, null)),
                failure: ex => new Finished(instance, replyTo, new IncusGatewayProtocol.Done(run.Token, null, ex)));
        }
    }

    // Off the actor's thread: work may compute before its first await.
    private static Task<object?> ExecuteAsync(IncusGatewayProtocol.Run run) =>
        Task.Run(() => run.Work(run.CancellationToken), run.CancellationToken);

    private void Finish(Finished finished)
    {
        _running--;
        if (finished.Done.Error is { } error) _log.Debug("Work on {Instance} failed: {Reason}", finished.Instance, error.Message);
        finished.ReplyTo.Tell(finished.Done);
        var queue = _queues[finished.Instance];
        queue.Dequeue();
        if (queue.Count == 0) _queues.Remove(finished.Instance);
        else _ready.Enqueue(finished.Instance);
        StartWhatFits();
    }

    private sealed record Waiting(IncusGatewayProtocol.Run Run, IActorRef ReplyTo);

    private sealed record Finished(string Instance, IActorRef ReplyTo, IncusGatewayProtocol.Done Done) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
