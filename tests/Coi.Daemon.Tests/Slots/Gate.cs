using Coi.Domain.Slots;

namespace Coi.Daemon.Tests.Slots;

/// <summary>Holds one run of an effect until the test lets it go. A cancelled run goes on until then, as work in Incus does.</summary>
internal sealed class Gate
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly TaskCompletionSource<SlotState> _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The run has begun, with this state.</summary>
    public Task<SlotState> EnteredAsync() => _entered.Task.WaitAsync(Patience);

    /// <summary>The run was told that its result does not matter any more.</summary>
    public Task CancelledAsync() => _cancelled.Task.WaitAsync(Patience);

    /// <summary>Whether it was told so.</summary>
    public bool IsCancelled => _cancelled.Task.IsCompleted;

    public void Open() => _open.TrySetResult();

    public void Fail(Exception error) => _open.TrySetException(error);

    public async Task PassAsync(SlotState state, CancellationToken cancellationToken)
    {
        await using var told = cancellationToken.Register(() => _cancelled.TrySetResult());
        _entered.TrySetResult(state);
        await _open.Task.WaitAsync(Patience, CancellationToken.None);
    }
}
