using Coi.Incus;

namespace Coi.Cli.Terminals;

/// <summary>
/// Carries keys into the container. It waits for "a key or the end" in one call, so that when the session is over no read is left behind
/// that would swallow what is typed next into the shell.
/// </summary>
internal sealed class TerminalInput(int descriptor, TerminalSession session) : IDisposable
{
    private readonly (int Read, int Write) _end = Libc.Pipe();
    private Task? _pump;
    private int _stopped;

    /// <summary>Begins; <paramref name="hungUp"/> is called when the terminal has gone away.</summary>
    public void Start(Action hungUp) => _pump = Task.Factory.StartNew(
        () => Pump(hungUp), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Ends it and waits until nothing reads from the terminal any more.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 0) _ = Libc.Close(_end.Write);
        if (_pump is not null) await _pump;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 0) _ = Libc.Close(_end.Write);
        if (_pump?.IsCompleted ?? true) _ = Libc.Close(_end.Read);
    }

    private void Pump(Action hungUp)
    {
        var buffer = new byte[16 * 1024];
        Span<PollDescriptor> waiting = stackalloc PollDescriptor[2];
        while (true)
        {
            waiting[0] = new PollDescriptor(_end.Read);
            waiting[1] = new PollDescriptor(descriptor);
            Libc.Poll(waiting, Timeout.InfiniteTimeSpan, TimeProvider.System);
            if (waiting[0].Returned != 0) return;
            try
            {
                var count = Libc.Read(descriptor, buffer);
                if (count == 0)
                {
                    hungUp();
                    return;
                }

                session.WriteAsync(buffer.AsMemory(0, count)).AsTask().GetAwaiter().GetResult();
            }
            catch (IOException)
            {
                hungUp(); // EIO: the terminal is gone
                return;
            }
            catch (IncusException)
            {
                return; // the command has ended; the output says how
            }
        }
    }
}
