using Coi.Domain.Slots;

namespace Coi.Domain.Workspaces;

/// <summary>A fact about the slots of a workspace. Closed family.</summary>
public interface IWorkspaceEvent : IJournaled;

/// <summary>A slot was given to a session.</summary>
/// <param name="Slot">Slot number.</param>
/// <param name="SessionId">Id of the session.</param>
/// <param name="Container">Name of the container.</param>
/// <param name="At">When.</param>
public sealed record SlotReserved(int Slot, string SessionId, string Container, DateTimeOffset At) : IWorkspaceEvent;

/// <summary>A slot's container stopped and is kept.</summary>
/// <param name="Slot">Slot number.</param>
/// <param name="At">When.</param>
public sealed record SlotRested(int Slot, DateTimeOffset At) : IWorkspaceEvent;

/// <summary>Nothing is left of a slot.</summary>
/// <param name="Slot">Slot number.</param>
/// <param name="At">When.</param>
public sealed record SlotReleased(int Slot, DateTimeOffset At) : IWorkspaceEvent;

/// <summary>A slot broke again and again, or its journal cannot be read: it is left alone, its network closed, until somebody has it recovered.</summary>
/// <param name="Slot">Slot number.</param>
/// <param name="Container">Name of the container.</param>
/// <param name="SessionId">Id of the session.</param>
/// <param name="Failure">Why.</param>
/// <param name="At">When.</param>
public sealed record SlotFailed(int Slot, string Container, string SessionId, Failure Failure, DateTimeOffset At) : IWorkspaceEvent;

/// <summary>A slot that had failed goes on with what Incus has of it.</summary>
/// <param name="Slot">Slot number.</param>
/// <param name="Container">Name of the container.</param>
/// <param name="SessionId">Id of the session.</param>
/// <param name="At">When.</param>
/// <param name="By">Who asked; null when that was not written down.</param>
public sealed record SlotRecovered(int Slot, string Container, string SessionId, DateTimeOffset At, Requester? By = null) : IWorkspaceEvent;
