using System.Runtime.InteropServices;
using System.Threading.Channels;
using Coi.Cli.CommandLine;
using Coi.Cli.Runs;
using Coi.Contracts;
using Coi.Incus;

namespace Coi.Cli.Instances;

/// <summary>A command in a container whose streams are joined with ours, and which our signals reach.</summary>
internal sealed class JoinedExec(IncusClient incus, string container, ExecWish wish) : IDisposable
{
    private const int BrokenPipe = 13, Kill = 9;
    private static readonly TimeSpan KillDeadline = TimeSpan.FromSeconds(10);

    // To the command, the only child of the shell around it, and to its group: a shell that waits for what it has started would hear a signal of its own only afterwards.
    private const string SignalScript = """
        for status in /proc/[0-9]*/status; do
            parent=
            while read -r key value; do [ "$key" != PPid: ] || { parent=$value; break; }; done <"$status"
            [ "$parent" = "$1" ] || continue
            child=${status#/proc/} child=${child%/status}
            kill -s "$2" -- "-$child" || kill -s "$2" "$child"
        done 2>/dev/null
        """;

    private readonly Channel<int> _signals = Channel.CreateUnbounded<int>();
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Runs it to its end; the first signal is passed on, the second kills.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(Stream input, Stream output, Stream error)
    {
        for (var attempt = 1; ; attempt++)
        {
            var streams = new JoinedStreams(input, output, error);
            try
            {
                if (await OnceAsync(streams) is { } code) return code;
                if (attempt == CommandEnds.Attempts) throw Lost();
            }
            catch (IncusException e) when (e.WasLost && !streams.Begun && attempt < CommandEnds.Attempts)
            {
                // It waits in vain for the word to begin, and ends; started again.
            }
            catch (IncusException e) when (streams.Begun && CommandEnds.ExitCodeIn(e) is { } code)
            {
                return code;
            }
            catch (IOException)
            {
                if (streams.Pid is { } pid) await SignalAsync(pid, BrokenPipe); // whoever read our output has gone
                return ExitCodes.Signalled + BrokenPipe;
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
    }

    // Null: it ended without having been told to begin.
    private async Task<int?> OnceAsync(JoinedStreams streams)
    {
        using var leave = new CancellationTokenSource();
        var running = streams.RunAsync(incus, container, ExecScript.Joined(wish, streams), leave.Token);
        if (_registrations.Count == 0) Listen(); // while Incus thinks; until then nothing runs that could be told
        var came = 0;
        while (true)
        {
            var signal = _signals.Reader.ReadAsync(leave.Token).AsTask();
            if (await Task.WhenAny(running, signal) == running)
            {
                await leave.CancelAsync();
                return await running;
            }

            var number = await signal;
            if (came == 0) came = number;
            else number = Kill;
            if (streams.Pid is { } pid) await SignalAsync(pid, number);
            if (number != Kill && streams.Begun) continue;
            await leave.CancelAsync();
            return ExitCodes.Signalled + came;
        }
    }

    private void Listen()
    {
        foreach (var (signal, number) in new[] { (PosixSignal.SIGINT, 2), (PosixSignal.SIGTERM, 15), (PosixSignal.SIGHUP, 1), (PosixSignal.SIGQUIT, 3) })
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                _signals.Writer.TryWrite(number);
            }));
        }
    }

    private async Task SignalAsync(int shell, int signal)
    {
        using var deadline = new CancellationTokenSource(KillDeadline);
        var request = new ExecRequest { Command = ["sh", "-c", SignalScript, "coi-signal", $"{shell}", $"{signal}"], Cwd = "/" };
        try
        {
            await incus.Exec.CaptureAsync(container, request, default, deadline.Token);
        }
        catch (Exception e) when (e is IncusException or IncusUnavailableException or IncusTimeoutException or OperationCanceledException)
        {
            // It has ended meanwhile, or the container has; what runs says so.
        }
    }

    private ProblemException Lost() => new(new Problem(
        "exec.lost", $"Incus lost sight of '{wish.Command[0]}' when it began; it has not run", "run it again"));
}
