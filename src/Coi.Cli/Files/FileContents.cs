using System.Buffers;
using System.Runtime.InteropServices;
using Coi.Files;
using Coi.Incus;
using Microsoft.Win32.SafeHandles;

namespace Coi.Cli.Files;

/// <summary>The bytes of one file, many requests ahead; holes stay holes.</summary>
internal static class FileContents
{
    // The most that Incus' server sends in one answer.
    private const int ReadSize = 32 * 1024;
    private const int WriteSize = 64 * 1024;
    private const int Ahead = 32;
    private const int SeekData = 3, SeekHole = 4; // lseek(2)

    /// <summary>Takes a file out into another, which is empty.</summary>
    public static async Task PullAsync(SftpFile source, long size, SafeFileHandle target, Transfer transfer, CancellationToken cancellationToken)
    {
        long length = 0;
        await foreach (var (offset, bytes) in ReadAsync(source, size, cancellationToken))
        {
            if (bytes.Span.ContainsAnyExcept((byte)0)) RandomAccess.Write(target, bytes.Span, offset);
            length = offset + bytes.Length;
            transfer.Add(bytes.Length);
        }

        if (length > 0) RandomAccess.SetLength(target, length); // what it ends with may be a hole
    }

    /// <summary>Takes a file out into a stream.</summary>
    public static async Task PullAsync(SftpFile source, long size, Stream target, Transfer transfer, CancellationToken cancellationToken)
    {
        await foreach (var (_, bytes) in ReadAsync(source, size, cancellationToken))
        {
            await target.WriteAsync(bytes, cancellationToken);
            transfer.Add(bytes.Length);
        }
    }

    /// <summary>Brings a file in, no further than it goes now.</summary>
    public static async Task PushAsync(SafeFileHandle source, long size, SftpFile target, Transfer transfer, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(WriteSize);
        var window = new Queue<Task>();
        try
        {
            long end = 0;
            for (var at = Next(source, 0, size, SeekData); at < size; at = Next(source, at, size, SeekData))
            {
                var hole = Next(source, at, size, SeekHole);
                while (at < hole)
                {
                    var count = RandomAccess.Read(source, buffer.AsSpan(0, (int)Math.Min(WriteSize, hole - at)), at);
                    if (count == 0)
                    {
                        size = at; // it has become shorter
                        break;
                    }

                    await QueueAsync(window, target.WriteAsync(at, buffer.AsSpan(0, count), cancellationToken));
                    at += count;
                    transfer.Add(at - end);
                    end = at;
                }
            }

            await Task.WhenAll(window);
            if (end >= size) return;
            await target.SetAsync(new SftpAttributes { Size = size }, cancellationToken);
            transfer.Add(size - end);
        }
        finally
        {
            await SettledAsync(window);
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Brings a stream in, to its end.</summary>
    public static async Task PushAsync(Stream source, SftpFile target, Transfer transfer, CancellationToken cancellationToken)
    {
        var buffer = new byte[WriteSize];
        var window = new Queue<Task>();
        long at = 0;
        try
        {
            // A console heeds no token; what it still reads is of no interest any more.
            for (int count; (count = await source.ReadAsync(buffer, cancellationToken).AsTask().WaitAsync(cancellationToken)) > 0; at += count)
            {
                await QueueAsync(window, target.WriteAsync(at, buffer.AsSpan(0, count), cancellationToken));
                transfer.Add(count);
            }

            await Task.WhenAll(window);
        }
        finally
        {
            await SettledAsync(window);
        }
    }

    private static async IAsyncEnumerable<(long Offset, ReadOnlyMemory<byte> Bytes)> ReadAsync(
        SftpFile source, long size, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var window = new Queue<(long Offset, int Count, Task<ReadOnlyMemory<byte>> Bytes)>();
        try
        {
            long next = 0;
            while (next < size || window.Count > 0)
            {
                while (window.Count < Ahead && next < size)
                {
                    var wanted = (int)Math.Min(ReadSize, size - next);
                    window.Enqueue((next, wanted, source.ReadAsync(next, wanted, cancellationToken)));
                    next += wanted;
                }

                var (offset, count, answer) = window.Dequeue();
                for (var bytes = await answer; ; bytes = await source.ReadAsync(offset, count, cancellationToken))
                {
                    if (bytes.Length == 0) yield break; // it has become shorter
                    yield return (offset, bytes);
                    offset += bytes.Length;
                    count -= bytes.Length;
                    if (count <= 0) break;
                }
            }

            if (size > 0) yield break;
            // Files of /proc and /sys say that they are empty.
            for (long at = 0; await source.ReadAsync(at, ReadSize, cancellationToken) is { Length: > 0 } bytes; at += bytes.Length) yield return (at, bytes);
        }
        finally
        {
            await SettledAsync(window.Select(read => read.Bytes));
        }
    }

    // Where data or a hole begins; a file system that knows no holes has one at the end.
    private static long Next(SafeFileHandle file, long from, long size, int what)
    {
        if (size <= WriteSize) return what == SeekData ? from : size;
        var found = LinuxCalls.Seek(file, from, what);
        if (found >= 0) return Math.Min(found, size);
        return Marshal.GetLastPInvokeError() == LinuxCalls.NoSuchOffset || what == SeekHole ? size : from;
    }

    private static async Task QueueAsync(Queue<Task> window, Task task)
    {
        window.Enqueue(task);
        if (window.Count >= Ahead) await window.Dequeue();
    }

    // What failed is thrown by whoever waited first; nothing of it may be under way when the file is closed.
    private static async Task SettledAsync(IEnumerable<Task> tasks) =>
        await Task.WhenAll(tasks).ContinueWith(static done => done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
