namespace Coi.Daemon.Reconciliation;

/// <summary>What crosses the reconciler's boundary.</summary>
internal static class ReconcilerProtocol
{
    /// <summary>All slots of the journal are back; told once, by the workspaces.</summary>
    public sealed record JournalReplayed
    {
        /// <summary>The only one.</summary>
        public static JournalReplayed Instance { get; } = new();
    }

    /// <summary>Compare wanted with found; told at start, after each gap in the event stream and at long intervals.</summary>
    /// <param name="Why">What made it necessary.</param>
    public sealed record Reconcile(string Why);

    /// <summary>Asks what the last comparison found and did; answered by <see cref="Report"/>.</summary>
    public sealed record GetReport
    {
        /// <summary>The only one.</summary>
        public static GetReport Instance { get; } = new();
    }

    /// <summary>The last comparison.</summary>
    /// <param name="Completed">Whether one has been completed since the daemon started.</param>
    /// <param name="Lines">What it found and did.</param>
    /// <param name="At">When it was.</param>
    /// <param name="Why">What made it necessary.</param>
    /// <param name="Wanted">How many containers slots knew.</param>
    /// <param name="Found">How many containers of this coi Incus had.</param>
    public sealed record Report(bool Completed, IReadOnlyList<string> Lines, DateTimeOffset At = default, string Why = "", int Wanted = 0, int Found = 0);
}
