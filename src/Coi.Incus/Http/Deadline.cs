namespace Coi.Incus;

/// <summary>One bounded wait: links the caller's token with a deadline, and tells afterwards which of the two it was.</summary>
internal sealed class Deadline : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenSource _linked;
    private readonly CancellationToken _caller;
    private readonly TimeSpan _length;
    private readonly string _step;

    public Deadline(string step, TimeSpan length, TimeProvider time, CancellationToken caller)
    {
        (_step, _length, _caller) = (step, length, caller);
        _timer = new CancellationTokenSource(length, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_timer.Token, caller);
    }

    public CancellationToken Token => _linked.Token;

    public TimeSpan Length => _length;

    /// <summary>True when the wait ended because its time was over, not because the caller gave up.</summary>
    public bool IsOver => _timer.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>What to throw for an <see cref="OperationCanceledException"/> that came out of the wait.</summary>
    public Exception Translate(OperationCanceledException error) =>
        IsOver ? new IncusTimeoutException(_step, _length)
        : _caller.IsCancellationRequested ? new OperationCanceledException(error.Message, error, _caller)
        : error;

    public void Dispose()
    {
        _linked.Dispose();
        _timer.Dispose();
    }
}
