using Coi.Domain.Slots;

namespace Coi.Domain.History;

/// <summary>
/// Something that is written down for the history alone: no state follows from it, as it does from what slots and workspaces write. Use pattern
/// matching; the family is closed.
/// </summary>
public interface IRecord : IJournaled
{
    /// <summary>What, such as <c>build_started</c>.</summary>
    string Event { get; }

    /// <summary>The same in a sentence, without a full stop.</summary>
    string Text { get; }

    /// <summary>Who asked; null when nobody did, or that was not written down.</summary>
    Requester? By { get; }
}

/// <summary>A build began or ended.</summary>
/// <param name="Alias">Alias that is built.</param>
/// <param name="Event">What, such as <c>build_started</c>.</param>
/// <param name="Text">The same in a sentence, without a full stop.</param>
/// <param name="At">When.</param>
/// <param name="Failure">Why it failed; null when it did not.</param>
/// <param name="By">Who asked.</param>
public sealed record BuildRecorded(string Alias, string Event, string Text, DateTimeOffset At, Failure? Failure = null, Requester? By = null) : IRecord
{
    /// <summary><see cref="Event"/> of a build that begins.</summary>
    public const string Started = "build_started";

    /// <summary><see cref="Event"/> of a build that ended well.</summary>
    public const string Done = "build_done";

    /// <summary><see cref="Event"/> of a build that did not.</summary>
    public const string Failed = "build_failed";
}

/// <summary>Something was done with a container that was launched by name.</summary>
/// <param name="Container">Its name.</param>
/// <param name="Event">What, such as <c>container_launched</c>.</param>
/// <param name="Text">The same in a sentence, without a full stop.</param>
/// <param name="At">When.</param>
/// <param name="Image">Its image, where that is said.</param>
/// <param name="Network">Its network mode, where that is said.</param>
/// <param name="By">Who asked.</param>
public sealed record ContainerRecorded(
    string Container, string Event, string Text, DateTimeOffset At, string? Image = null, string? Network = null, Requester? By = null) : IRecord
{
    /// <summary><see cref="Event"/> of a container that was made.</summary>
    public const string Launched = "container_launched";
}
