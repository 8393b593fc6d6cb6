using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace Coi.Daemon.Tests.Crashes;

/// <summary>A journal that outlives the daemon, and that can take its last write at a chosen moment.</summary>
internal sealed class CrashJournal : SharedMemoryJournal
{
    private static readonly ConcurrentDictionary<string, Gate> Gates = new();

    /// <summary>Lets so many writes of a daemon through; the one after them is written (<paramref name="written"/>) or not, and never confirmed, as none after it.</summary>
    /// <returns>Completes when that one has come to this.</returns>
    public static Task Silence(string system, int after, bool written)
    {
        var gate = new Gate(after, written);
        Gates[system] = gate;
        return gate.Reached.Task;
    }

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        if (!Gates.TryGetValue(Context.System.Name, out var gate) || gate.Passes()) return await base.WriteMessagesAsync(messages, cancellationToken);
        if (gate.Written) await base.WriteMessagesAsync(messages, cancellationToken);
        gate.Reached.TrySetResult();
        return await new TaskCompletionSource<IImmutableList<Exception>>().Task;
    }

    private sealed record Gate(int After, bool Written)
    {
        private int _writes;

        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        // The first that does not pass is the last that may be written.
        public bool Passes() => Interlocked.Increment(ref _writes) <= After;

        public bool Written { get; } = Written;
    }
}
