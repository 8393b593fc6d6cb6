using Akka.Actor;
using Akka.Event;

namespace Coi.Daemon.Hosting;

/// <summary>A message whose sender waits for an answer.</summary>
internal interface IAnswered
{
    /// <summary>Who is answered.</summary>
    IActorRef ReplyTo { get; }

    /// <summary>The answer that it was not done.</summary>
    /// <param name="failure">Why.</param>
    object Refusal(Failure failure);
}

/// <summary>
/// Answers what reached nobody. Whoever asks a slot or a workspace between its fall and its revival, or had its question still in the
/// mailbox, would wait until a deadline, for nothing.
/// </summary>
internal sealed class UndeliveredActor : ReceiveActor
{
    private readonly Func<Failure?> _journal;

    /// <param name="journal">Why the journal cannot be written, the usual reason for such a fall; null when it can.</param>
    public UndeliveredActor(Func<Failure?> journal)
    {
        _journal = journal;
        var log = Context.GetLogger();
        Receive<DeadLetter>(letter => letter.Message is IAnswered, letter =>
        {
            var request = (IAnswered)letter.Message;
            log.Warning("{Request} found nobody at {Path}", request.GetType().Name, letter.Recipient.Path);
            request.ReplyTo.Tell(request.Refusal(_journal() ?? new Failure("slot.interrupted", "the one who is to do it is just being revived", "Try again")));
        });
        Receive<DeadLetter>(_ => { });
    }

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);
}
