namespace Coi.Daemon.Journal;

/// <summary>
/// In place of an event that this version cannot read: what a newer version wrote, or a damaged row. It is handed to the actor instead of
/// thrown, so that one row costs at most its own slot, which says so and waits for <c>coi recover</c>.
/// </summary>
/// <param name="Manifest">What the journal calls it.</param>
/// <param name="Why">Why it cannot be read.</param>
internal sealed record UnreadableEvent(string Manifest, string Why);
