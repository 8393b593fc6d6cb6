namespace Coi.Incus;

/// <summary>
/// A connection that is opened by the first byte that is written to it. incusd 6.0.4 reads the first bytes of a new connection before it accepts
/// the next one (<c>StarttlsListener.Accept</c> in <c>internal/server/endpoints/listeners/starttls.go</c>), so that one that says nothing keeps
/// everybody else out, its own hooks included: starts that stand still for a minute were that. And <see cref="SocketsHttpHandler"/> opens a
/// connection for each request that has to wait for one, and keeps it, silent, when an earlier one becomes free first.
/// </summary>
internal sealed class LateConnection(Func<CancellationToken, ValueTask<Stream>> open) : Stream
{
    private readonly TaskCompletionSource<Stream> _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _disposed;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_opened.Task.IsCompleted) await OpenAsync(cancellationToken);
        await (await _opened.Task).WriteAsync(buffer, cancellationToken);
    }

    /// <summary>Waits for the first write: an idle connection is read from, to learn when it ends.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        await (await _opened.Task.WaitAsync(cancellationToken)).ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _disposed = true;
            // Who waits to read from a connection that was never opened is told that it has ended.
            if (!_opened.TrySetResult(Null) && _opened.Task.IsCompletedSuccessfully) _opened.Task.Result.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        var connection = await open(cancellationToken);
        if (_opened.TrySetResult(connection)) return;
        // Given up meanwhile.
        await connection.DisposeAsync();
        throw new ObjectDisposedException(nameof(LateConnection));
    }
}
