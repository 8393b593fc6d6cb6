using System.Buffers;

namespace Coi.Incus;

/// <summary>Moves the bytes of a command without a terminal between its sockets and the caller's streams.</summary>
internal sealed class ExecPump(ExecConnection connection, ExecStreams streams)
{
    private const int BufferSize = 64 * 1024;
    private const int Kill = 9, Killed = 128 + Kill;
    private static readonly TimeSpan Dying = TimeSpan.FromSeconds(5);

    public async Task<int> RunAsync(Task? kill, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var input = FeedAsync(streams.Stdin, stop.Token);
        var stdout = CopyAsync("1", streams.Stdout, stop.Token);
        var stderr = CopyAsync("2", streams.Stderr, stop.Token);
        try
        {
            // A caller's input that fails, or a caller's output that cannot be written, ends the command (by Dispose
            // of the connection) instead of leaving it waiting for ever. The input need not end at all.
            List<Task> running = [input, stdout, stderr];
            var killed = kill is null ? null : KillAsync(kill, stop.Token);
            if (killed is not null) running.Add(killed);
            while (!stdout.IsCompletedSuccessfully || !stderr.IsCompletedSuccessfully)
            {
                var ended = await Task.WhenAny(running);
                await ended;
                if (ended == killed) return Killed;
                running.Remove(ended);
            }

            return await connection.GetExitCodeAsync(connection["1"].EndedWell && connection["2"].EndedWell)
                .WaitAsync(cancellationToken);
        }
        finally
        {
            await stop.CancelAsync();
            // The caller's input may block for ever in a read that heeds no token (a console): it is left behind, its
            // outcome is of no interest any more.
            Forget(input);
            Forget(stdout);
            Forget(stderr);
        }
    }

    private async Task FeedAsync(Stream? source, CancellationToken cancellationToken)
    {
        var socket = connection["0"];
        if (source is not null)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
            try
            {
                int count;
                while ((count = await source.ReadAsync(buffer.AsMemory(0, BufferSize), cancellationToken)) > 0)
                {
                    // A command that ends without reading all of its input is no error.
                    if (!await socket.TryWriteAsync(buffer.AsMemory(0, count), cancellationToken)) return;
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        await socket.TryEndAsync(cancellationToken);
        await socket.DrainAsync(cancellationToken);
    }

    private async Task KillAsync(Task when, CancellationToken cancellationToken)
    {
        await when.WaitAsync(cancellationToken);
        try
        {
            await connection.SendControlAsync(ExecJson.Signal(Kill), cancellationToken);
        }
        catch (IncusException)
        {
            // It has ended already.
        }

        try
        {
            await connection.Ended.WaitAsync(Dying, cancellationToken); // Incus tells its log of a client that leaves before
        }
        catch (TimeoutException)
        {
            // Nobody waits for what is dead to be buried.
        }
    }

    private async Task CopyAsync(string fd, Stream? target, CancellationToken cancellationToken)
    {
        var socket = connection[fd];
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int count;
            while ((count = await socket.ReadAsync(buffer.AsMemory(0, BufferSize), cancellationToken)) > 0)
            {
                if (target is null) continue;
                await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                await target.FlushAsync(cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Forget(Task task) =>
        _ = task.ContinueWith(
            static done => done.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
}
