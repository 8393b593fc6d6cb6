using System.Runtime.InteropServices;
using System.Threading.Channels;
using Coi.Incus;

namespace Coi.Cli.Terminals;

/// <summary>How a terminal came back.</summary>
/// <param name="ExitCode">Exit code of the command inside; null when it did not get to say one.</param>
/// <param name="Signal">The signal that took us away from it; 0 for none.</param>
/// <param name="WasLost">Incus lost sight of the command at its start, and it may be tried again.</param>
/// <param name="TimedOut">Its <see cref="ExecRequest.Timeout"/> was up.</param>
internal sealed record TerminalEnd(int? ExitCode, int Signal, bool WasLost = false, bool TimedOut = false);

/// <summary>Joins the user's terminal with one inside a container, byte for byte in both directions.</summary>
internal sealed class TerminalBridge : IDisposable
{
    private const int Input = 0, Output = 1;
    private const int HangUp = 1;
    private static readonly TimeSpan ExitCodeDeadline = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _leave = new();
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly Channel<bool> _resizes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ScreenState _screen = new();
    private readonly Stream _output = Console.OpenStandardOutput();
    private TerminalMode? _mode;
    private int _signal;

    /// <summary>Runs a command inside with this terminal as its own, until it ends or we are told to leave.</summary>
    public async Task<TerminalEnd> RunAsync(IncusClient incus, string instance, ExecRequest request)
    {
        foreach (var (signal, number) in new[] { (PosixSignal.SIGINT, 2), (PosixSignal.SIGTERM, 15), (PosixSignal.SIGHUP, HangUp), (PosixSignal.SIGQUIT, 3) })
            On(signal, context => Leave(number, context));
        On(PosixSignal.SIGWINCH, _ => _resizes.Writer.TryWrite(true));
        On(PosixSignal.SIGTSTP, Pause);
        On(PosixSignal.SIGCONT, context =>
        {
            context.Cancel = true; // else .NET puts the terminal back into the mode that it saw first (seen with 10.0.12)
            _mode?.TryEnter();
            _resizes.Writer.TryWrite(true);
        });

        using var time = new CancellationTokenSource(request.Timeout ?? Timeout.InfiniteTimeSpan);
        using var timeUp = time.Token.Register(_leave.Cancel);
        using var mode = _mode = TerminalMode.Raw(Input);
        try
        {
            var size = Size();
            await using var session = await incus.Exec.OpenTerminalAsync(instance, request, size.Columns, size.Rows, _leave.Token);
            return new TerminalEnd(await CarryAsync(session), _signal);
        }
        catch (OperationCanceledException) when (_signal != 0 || time.IsCancellationRequested)
        {
            return new TerminalEnd(null, _signal, TimedOut: time.IsCancellationRequested);
        }
        catch (IncusException e) when (e.WasLost)
        {
            return new TerminalEnd(null, _signal, WasLost: true);
        }
        finally
        {
            if (_screen.IsAlternate) TryWrite(ScreenState.CleanUp);
            mode.Restore();
            _mode = null;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var registration in _signals) registration.Dispose();
        _leave.Dispose();
    }

    private async Task<int?> CarryAsync(TerminalSession session)
    {
        using var input = new TerminalInput(Input, session);
        input.Start(() => Leave(HangUp, null));
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_leave.Token);
        var resizing = ResizeAsync(session, over.Token);
        try
        {
            var buffer = new byte[64 * 1024];
            while (await session.ReadAsync(buffer, _leave.Token) is var count and > 0)
            {
                _screen.Watch(buffer.AsSpan(0, count));
                if (!TryWrite(buffer.AsSpan(0, count))) Leave(HangUp, null);
            }

            return await ExitCodeAsync(session);
        }
        finally
        {
            await over.CancelAsync();
            await input.StopAsync();
            await resizing;
        }
    }

    // A container that is switched off takes the answer with it.
    private async Task<int?> ExitCodeAsync(TerminalSession session)
    {
        try
        {
            return await session.ExitCode.WaitAsync(ExitCodeDeadline, _leave.Token);
        }
        catch (Exception e) when (e is IncusException { WasLost: false } or IncusUnavailableException or IncusTimeoutException or TimeoutException)
        {
            return null;
        }
    }

    private async Task ResizeAsync(TerminalSession session, CancellationToken cancellationToken)
    {
        try
        {
            while (await _resizes.Reader.ReadAsync(cancellationToken))
            {
                var size = Size();
                await session.ResizeAsync(size.Columns, size.Rows, cancellationToken);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IncusException)
        {
            // Over, one way or the other.
        }
    }

    private void Leave(int signal, PosixSignalContext? context)
    {
        if (context is not null) context.Cancel = true;
        if (Interlocked.CompareExchange(ref _signal, signal, 0) == 0) _leave.Cancel();
    }

    // .NET does not stop the process on SIGTSTP once there is a handler (seen with 10.0.12), so that is for us to do.
    private void Pause(PosixSignalContext context)
    {
        context.Cancel = true;
        _mode?.Restore();
        Libc.StopThisProcess();
    }

    private void On(PosixSignal signal, Action<PosixSignalContext> action) => _signals.Add(PosixSignalRegistration.Create(signal, action));

    private bool TryWrite(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _output.Write(bytes);
            return true;
        }
        catch (IOException)
        {
            return false; // the terminal is gone
        }
    }

    private static TerminalSize Size() => TerminalSize.Of(Output) is { Columns: > 0, Rows: > 0 } size ? size
        : TerminalSize.Of(Input) is { Columns: > 0, Rows: > 0 } other ? other
        : new TerminalSize(80, 24);
}
