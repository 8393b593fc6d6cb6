namespace Coi.Incus;

/// <summary>Starts a background operation and awaits its end: with a deadline, with progress, and tidily on cancellation.</summary>
internal sealed class OperationRunner(IncusTransport transport, OperationsApi operations, EventsApi events)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Sends the request and awaits the operation that it starts; throws with Incus' words when it fails.</summary>
    public async Task<Operation> RunAsync(
        string action, HttpMethod method, string path, HttpContent? content,
        CancellationToken cancellationToken, IProgress<OperationProgress>? progress = null, TimeSpan? timeout = null)
    {
        using var deadline = transport.Deadline(action, timeout ?? transport.Options.OperationTimeout, cancellationToken);

        // The listener is open before the operation exists, so no report can be missed.
        await using var watch = progress is null ? null : await ProgressWatch.TryOpenAsync(events, progress, deadline);

        var envelope = await SendAsync(action, method, path, content, null, deadline);
        return await FinishAsync(action, envelope, deadline, watch)
            ?? throw new IncusException(action, 200, "Incus answered at once where an operation was expected");
    }

    /// <summary>As <see cref="RunAsync"/>, for what Incus answers at once in some versions and by an operation in others.</summary>
    public async Task RunEitherAsync(
        string action, HttpMethod method, string path, HttpContent? content,
        CancellationToken cancellationToken, string? ifMatch = null)
    {
        using var deadline = transport.Deadline(action, transport.Options.OperationTimeout, cancellationToken);
        var envelope = await SendAsync(action, method, path, content, ifMatch, deadline);
        await FinishAsync(action, envelope, deadline, null);
    }

    private async Task<Operation?> FinishAsync(string action, Envelope envelope, Deadline deadline, ProgressWatch? watch)
    {
        if (envelope.Type != "async") return null;

        var operation = IncusTransport.Unwrap(action, envelope.Metadata, Operation.Read);
        watch?.Follow(operation.Id);
        // Also when it has failed already: waiting for a failed operation tells the code of its error, the operation does not.
        if (!operation.IsSuccess) operation = await WaitAsync(action, operation.Id, deadline);
        if (operation.IsSuccess) return operation;

        throw new IncusException(action, operation.StatusCode, operation.Err);
    }

    private async Task<Envelope> SendAsync(
        string action, HttpMethod method, string path, HttpContent? content, string? ifMatch, Deadline deadline)
    {
        try
        {
            return await transport.SendAsync(
                action, method, path, deadline.Token, content, ifMatch, Timeout.InfiniteTimeSpan);
        }
        catch (OperationCanceledException error)
        {
            throw deadline.Translate(error);
        }
    }

    private async Task<Operation> WaitAsync(string action, string id, Deadline deadline)
    {
        try
        {
            return await operations.WaitAsync(action, id, deadline);
        }
        catch (Exception error) when (error is OperationCanceledException or IncusTimeoutException)
        {
            await GiveUpAsync(id);
            throw;
        }
    }

    /// <summary>
    /// Cancels the operation where Incus allows it and sees it end, so that nothing goes on behind the caller's back;
    /// but never for long, for the caller is waiting and Incus may be the one that does not answer.
    /// </summary>
    private async Task GiveUpAsync(string id)
    {
        using var patience = new CancellationTokenSource(Patience, transport.Options.Time);
        try
        {
            if (await operations.CancelAsync(id, patience.Token))
                await operations.WaitAsync(id, cancellationToken: patience.Token);
        }
        catch (Exception error) when (
            error is IncusException or IncusUnavailableException or IncusTimeoutException or OperationCanceledException)
        {
            // The caller's own reason (cancelled, too late) is what must be reported, not that tidying up failed too.
        }
    }
}
