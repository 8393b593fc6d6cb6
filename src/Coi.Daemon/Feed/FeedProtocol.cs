using Akka.Actor;
using Coi.Contracts;
using Coi.Daemon.Index;
using Coi.Domain.Slots;

namespace Coi.Daemon.Feed;

/// <summary>What crosses the feed's boundary.</summary>
internal static class FeedProtocol
{
    /// <summary>Something happened to a slot; told by the index.</summary>
    /// <param name="Steps">What, in order.</param>
    public sealed record Happened(IReadOnlyList<SlotStep> Steps);

    /// <summary>A build is at its next step; not written down.</summary>
    /// <param name="Alias">Alias that is built.</param>
    /// <param name="Text">The step, in a sentence.</param>
    public sealed record BuildStep(string Alias, string Text);

    /// <summary>A build began or ended.</summary>
    /// <param name="Alias">Alias that is built.</param>
    /// <param name="Event">What, such as <c>build_started</c>.</param>
    /// <param name="Text">The same in a sentence.</param>
    /// <param name="Problem">Why it failed; null when it did not.</param>
    /// <param name="By">Who asked.</param>
    public sealed record Built(string Alias, string Event, string Text, Problem? Problem = null, Requester? By = null);

    /// <summary>Something was done with a container that was launched by name.</summary>
    /// <param name="Container">Its name.</param>
    /// <param name="Event">What, such as <c>container_launched</c>.</param>
    /// <param name="Text">The same in a sentence.</param>
    /// <param name="By">Who asked.</param>
    /// <param name="Image">Its image, where that is said.</param>
    /// <param name="Network">Its network mode, where that is said.</param>
    public sealed record Changed(string Container, string Event, string Text, Requester? By = null, string? Image = null, string? Network = null);

    /// <summary>A reader follows from now on; told by the index, whose state it is.</summary>
    /// <param name="Reader">The reader.</param>
    /// <param name="State">What there is at this moment.</param>
    public sealed record Join(FeedReader Reader, IndexProtocol.Containers State) : INoSerializationVerificationNeeded;

    /// <summary>A reader is gone.</summary>
    /// <param name="Reader">The reader.</param>
    public sealed record Leave(FeedReader Reader) : INoSerializationVerificationNeeded;
}
