namespace Coi.Incus;

/// <summary>A command on a terminal of its own inside an instance.</summary>
public sealed class TerminalSession : IAsyncDisposable
{
    private const string Data = "0";

    private readonly ExecConnection _connection;
    private readonly TaskCompletionSource<int> _exitCode = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _ended;

    internal TerminalSession(ExecConnection connection) => _connection = connection;

    /// <summary>
    /// The exit code; completes after the end of the output was read, so keep reading until
    /// <see cref="ReadAsync"/> returns 0. Faults when the connection broke or Incus failed the command.
    /// </summary>
    public Task<int> ExitCode => _exitCode.Task;

    /// <summary>The next bytes of the terminal's output, 0 at its end; cancelling a read ends the terminal.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await _connection[Data].ReadAsync(buffer, cancellationToken);
        if (count == 0 && !buffer.IsEmpty && Interlocked.Exchange(ref _ended, 1) == 0)
        {
            // Incus waits for the end of our side too before it ends the operation.
            await _connection[Data].TryEndAsync(cancellationToken);
            _ = CompleteAsync();
        }

        return count;
    }

    /// <summary>Types into the terminal.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default)
    {
        // Incus may leave the socket open for a while after the end: what is written then would vanish in silence.
        if (Volatile.Read(ref _ended) != 0 || !await _connection[Data].TryWriteAsync(data, cancellationToken))
            throw new IncusException("write to the terminal", 410, "the command has already ended");
    }

    /// <summary>Tells the terminal its new size.</summary>
    public Task ResizeAsync(int columns, int rows, CancellationToken cancellationToken = default) =>
        _connection.SendControlAsync(ExecJson.Resize(columns, rows), cancellationToken);

    /// <summary>Sends a signal to the command.</summary>
    public Task SignalAsync(int signal, CancellationToken cancellationToken = default) =>
        _connection.SendControlAsync(ExecJson.Signal(signal), cancellationToken);

    /// <summary>Closes the terminal; a command that still runs is killed by Incus.</summary>
    public ValueTask DisposeAsync()
    {
        _connection.Dispose();
        _exitCode.TrySetCanceled();
        return ValueTask.CompletedTask;
    }

    private async Task CompleteAsync()
    {
        try
        {
            _exitCode.TrySetResult(await _connection.GetExitCodeAsync(_connection[Data].EndedWell));
        }
        catch (OperationCanceledException)
        {
            _exitCode.TrySetCanceled();
        }
        catch (Exception error) when (error is IncusException or IncusUnavailableException or IncusTimeoutException)
        {
            _exitCode.TrySetException(error);
        }
    }
}
