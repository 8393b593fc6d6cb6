namespace Coi.Incus;

/// <summary>Background operations: list, wait, cancel.</summary>
public sealed class OperationsApi
{
    private readonly IncusTransport _transport;

    internal OperationsApi(IncusTransport transport) => _transport = transport;

    /// <summary>The operations that Incus knows now; finished ones vanish after some seconds.</summary>
    public Task<IReadOnlyList<Operation>> ListAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync<IReadOnlyList<Operation>>(
            "list operations", "/1.0/operations?recursion=1",
            byState => [.. JsonFields.Object(byState).EnumerateObject().SelectMany(state => state.Value.EnumerateArray()).Select(Operation.Read)],
            cancellationToken);

    /// <summary>One operation, null when Incus does not know it (any more).</summary>
    public Task<Operation?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        _transport.FindAsync($"read operation {id}", $"/1.0/operations/{Uri.EscapeDataString(id)}", Operation.Read, cancellationToken);

    /// <summary>Waits for the end of an operation, whatever the end is; throws only when the waiting fails or takes too long.</summary>
    /// <param name="id">The operation.</param>
    /// <param name="timeout">How long to wait; null means the client's operation timeout.</param>
    /// <param name="action">What is being waited for, for the message of a missed deadline.</param>
    /// <param name="cancellationToken">Gives up waiting; the operation goes on.</param>
    public async Task<Operation> WaitAsync(
        string id, TimeSpan? timeout = null, string? action = null, CancellationToken cancellationToken = default)
    {
        var length = timeout ?? _transport.Options.OperationTimeout;
        using var deadline = _transport.Deadline(action ?? $"wait for operation {id}", length, cancellationToken);
        return await WaitAsync(action ?? $"wait for operation {id}", id, deadline);
    }

    /// <summary>Asks an operation to end; false when it cannot be cancelled or is gone already.</summary>
    public async Task<bool> CancelAsync(string id, CancellationToken cancellationToken = default)
    {
        try
        {
            await _transport.SendAsync(
                $"cancel operation {id}", HttpMethod.Delete, $"/1.0/operations/{Uri.EscapeDataString(id)}", cancellationToken);
            return true;
        }
        catch (IncusException error) when (error.StatusCode is 400 or 404)
        {
            return false;
        }
    }

    internal async Task<Operation> WaitAsync(string action, string id, Deadline deadline)
    {
        // The server blocks until the operation ends (no polling). Its own limit lies a little beyond ours,
        // so that a wait whose client vanished does not stay in the server for ever.
        var seconds = deadline.Length == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Min(deadline.Length.TotalSeconds, 1_000_000) + 5;
        try
        {
            while (true)
            {
                var envelope = await _transport.SendAsync(
                    action, HttpMethod.Get, $"/1.0/operations/{Uri.EscapeDataString(id)}/wait?timeout={seconds}",
                    deadline.Token, timeout: Timeout.InfiniteTimeSpan);
                var operation = IncusTransport.Unwrap(action, envelope.Metadata, Operation.Read);
                if (operation.IsFinished) return operation;
            }
        }
        catch (OperationCanceledException error)
        {
            throw deadline.Translate(error);
        }
        catch (IncusException error) when (error is { IsNotFound: true, ErrorText: "Operation not found" })
        {
            // Not what was asked for is missing, but the operation: a restarted Incus forgets what it was doing.
            throw new IncusException(action, 410, "Incus no longer knows the operation; it was probably restarted meanwhile", error);
        }
    }
}
