using System.Collections.Immutable;

namespace Coi.Domain.Workspaces;

/// <summary>Who has a slot.</summary>
/// <param name="SessionId">Session that has it, or had it last.</param>
/// <param name="Container">Name of the container.</param>
/// <param name="Rests">Whether the container is stopped and kept, free to be started again.</param>
/// <param name="Failed">Why the slot is left alone until it is recovered; null when it is not.</param>
public sealed record SlotUse(string SessionId, string Container, bool Rests, Failure? Failed = null);

/// <summary>The slots of a workspace.</summary>
/// <param name="Slots">Slots in use, by number.</param>
public sealed record WorkspaceState(ImmutableSortedDictionary<int, SlotUse> Slots)
{
    /// <summary>A workspace without sessions.</summary>
    public static WorkspaceState Initial { get; } = new(ImmutableSortedDictionary<int, SlotUse>.Empty);
}
