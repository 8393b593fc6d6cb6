using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Coi.Incus;

/// <summary>
/// Packets over one connection: any number of requests under way, each answered by its id. A server that owes an answer and is silent for too
/// long has failed, and so has everything that waits for it.
/// </summary>
internal sealed class SftpConnection : IAsyncDisposable
{
    private const int Version = 3;
    private const int LongestPacket = 1024 * 1024;
    private const int BufferSize = 256 * 1024;
    // What is under way at once is held in memory on both sides.
    private const int MostRequests = 128;
    // Somebody whose connection keeps others out of Incus is gone by then, mostly.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Stream _stream;
    private readonly string _action;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<SftpReply>> _waiting = new();
    private readonly Channel<ReadOnlyMemory<byte>> _outgoing = Channel.CreateUnbounded<ReadOnlyMemory<byte>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly SemaphoreSlim _room = new(MostRequests);
    private readonly CancellationTokenSource _end = new();
    private readonly ITimer _silence;
    private Task _loops = Task.CompletedTask;
    private Exception? _failure;
    private long _heard;
    private uint _ids;

    private SftpConnection(Stream stream, string action, TimeProvider time)
    {
        (_stream, _action, _time) = (stream, action, time);
        _heard = time.GetTimestamp();
        _silence = time.CreateTimer(_ => Listen(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>Agrees on the protocol's version.</summary>
    public static async Task<SftpConnection> OpenAsync(Stream stream, string action, TimeProvider time, CancellationToken cancellationToken)
    {
        var connection = new SftpConnection(stream, action, time);
        try
        {
            var hello = new byte[] { 0, 0, 0, 5, (byte)SftpType.Init, 0, 0, 0, Version };
            await stream.WriteAsync(hello, cancellationToken);
            var (type, _) = await connection.ReadAsync(new byte[5], cancellationToken);
            if (type != SftpType.Version) throw new IncusException(action, 502, "the answer is not that of an SFTP server");
        }
        catch (Exception error) when (error is IOException or InvalidDataException)
        {
            await connection.DisposeAsync();
            throw new IncusException(action, 502, $"the SFTP connection broke off: {error.Message}", error);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        connection._loops = Task.WhenAll(connection.SendLoopAsync(), connection.ReceiveLoopAsync());
        return connection;
    }

    /// <summary>Sends a request and waits for its answer; one that is given up is answered to nobody.</summary>
    public async Task<SftpReply> AskAsync(SftpWriter packet, CancellationToken cancellationToken)
    {
        await _room.WaitAsync(cancellationToken);
        var id = Interlocked.Increment(ref _ids);
        var answer = new TaskCompletionSource<SftpReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_waiting.IsEmpty) Volatile.Write(ref _heard, _time.GetTimestamp());
        _waiting[id] = answer;
        if (Volatile.Read(ref _failure) is { } failure || !_outgoing.Writer.TryWrite(packet.Finish(id)))
        {
            Complete(id)?.TrySetException(_failure ?? Broken(null));
        }

        return await answer.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _silence.DisposeAsync();
        Fail(new IncusException(_action, 410, "the connection was closed"));
        await _stream.DisposeAsync();
        await _loops;
        _end.Dispose();
    }

    private async Task SendLoopAsync()
    {
        var buffer = new byte[BufferSize];
        try
        {
            while (await _outgoing.Reader.WaitToReadAsync(_end.Token))
            {
                var length = 0;
                // Many small packets go in one write.
                while (_outgoing.Reader.TryPeek(out var packet) && (length == 0 || length + packet.Length <= buffer.Length))
                {
                    _outgoing.Reader.TryRead(out _);
                    if (packet.Length > buffer.Length) await _stream.WriteAsync(packet, _end.Token);
                    else packet.CopyTo(buffer.AsMemory(length));
                    length += packet.Length > buffer.Length ? 0 : packet.Length;
                }

                if (length > 0) await _stream.WriteAsync(buffer.AsMemory(0, length), _end.Token);
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            Fail(Broken(error));
        }
    }

    private async Task ReceiveLoopAsync()
    {
        await using var buffered = new BufferedStream(_stream, BufferSize);
        var head = new byte[9];
        try
        {
            while (true)
            {
                var (type, body) = await ReadAsync(head, _end.Token, buffered);
                Volatile.Write(ref _heard, _time.GetTimestamp());
                Complete(BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(5)))?.TrySetResult(new SftpReply(type, body));
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException or InvalidDataException)
        {
            Fail(Broken(error));
        }
    }

    // The head is length and type, and the id where there is one.
    private async Task<(SftpType Type, ReadOnlyMemory<byte> Body)> ReadAsync(byte[] head, CancellationToken cancellationToken, Stream? source = null)
    {
        source ??= _stream;
        await source.ReadExactlyAsync(head, cancellationToken);
        var length = BinaryPrimitives.ReadInt32BigEndian(head) - (head.Length - 4);
        if (length is < 0 or > LongestPacket) throw new InvalidDataException($"a packet of {length} bytes");
        var body = GC.AllocateUninitializedArray<byte>(length);
        await source.ReadExactlyAsync(body, cancellationToken);
        return ((SftpType)head[4], body);
    }

    private void Listen()
    {
        if (!_waiting.IsEmpty && _time.GetElapsedTime(Volatile.Read(ref _heard)) > Patience) Fail(new IncusTimeoutException(_action, Patience));
    }

    private TaskCompletionSource<SftpReply>? Complete(uint id)
    {
        if (!_waiting.TryRemove(id, out var answer)) return null;
        _room.Release();
        return answer;
    }

    private void Fail(Exception failure)
    {
        if (Interlocked.CompareExchange(ref _failure, failure, null) is not null) return;
        _outgoing.Writer.TryComplete();
        _end.Cancel();
        foreach (var id in _waiting.Keys) Complete(id)?.TrySetException(failure);
    }

    private IncusException Broken(Exception? reason) =>
        new(_action, 502, "the SFTP connection broke off" + (reason is IOException or InvalidDataException ? $": {reason.Message}" : ""), reason);
}
