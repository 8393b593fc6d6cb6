namespace Coi.Daemon.Hosting;

/// <summary>
/// Gives memory back once the daemon is at rest after work. The collector keeps what a burst needed, such as reading a long journal, for the next
/// burst, and a daemon that sleeps has none (docs/decisions/0010-a-small-daemon.md).
/// </summary>
internal sealed class IdleMemory(TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private readonly Rest _rest = new();

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (_rest.BeginsAt(GC.GetTotalAllocatedBytes())) GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
        }
        catch (OperationCanceledException)
        {
            // The daemon ends.
        }
    }

    /// <summary>Tells work from rest by what was allocated, in bytes.</summary>
    internal sealed class Rest
    {
        private const long Much = 8 << 20, Little = 1 << 20;
        private long _before, _given;

        /// <summary>Whether this is the first look at a daemon at rest after much work.</summary>
        /// <param name="allocated">All that was ever allocated.</param>
        public bool BeginsAt(long allocated)
        {
            var begins = allocated - _before < Little && allocated - _given > Much;
            _before = allocated;
            if (begins) _given = allocated;
            return begins;
        }
    }
}
