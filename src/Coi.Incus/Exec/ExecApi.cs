namespace Coi.Incus;

/// <summary>Commands inside instances.</summary>
public sealed class ExecApi
{
    /// <summary>How often a command is begun that Incus loses sight of.</summary>
    private const int Attempts = 4;

    private readonly IncusTransport _transport;
    private readonly OperationsApi _operations;

    internal ExecApi(IncusTransport transport, OperationsApi operations) => (_transport, _operations) = (transport, operations);

    /// <summary>
    /// Runs a command to its end and returns what it wrote, both streams apart. One that Incus loses sight of is run again: a command
    /// that may not run twice has to see to that itself. One that does not end in its time is run again as often as the request says.
    /// </summary>
    public async Task<ExecResult> CaptureAsync(
        string instance, ExecRequest request, ReadOnlyMemory<byte> stdin = default, CancellationToken cancellationToken = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var input = stdin.IsEmpty ? null : new MemoryStream(stdin.ToArray(), writable: false);
            using var stdout = new MemoryStream();
            using var stderr = new MemoryStream();
            try
            {
                var code = await RunAsync(instance, request, new ExecStreams(input, stdout, stderr), kill: null, cancellationToken);
                return new ExecResult(code, stdout.ToArray(), stderr.ToArray());
            }
            catch (IncusException error) when (error.WasLost && attempt < Attempts)
            {
                // It may have run already, and may run again; the input is still whole.
            }
            catch (IncusTimeoutException) when (attempt <= request.Repeats)
            {
                // Seen on a busy machine: a command of milliseconds whose end Incus never told. It was killed with its connection.
            }
        }
    }

    /// <summary>
    /// Runs a command to its end and returns its exit code. All output has been written when this returns.
    /// Cancelling kills the command and leaves what it wrote.
    /// </summary>
    /// <param name="instance">The instance.</param>
    /// <param name="request">The command.</param>
    /// <param name="streams">Where its streams go to and come from.</param>
    /// <param name="kill">When this completes, the command is killed, and 137 returned when it is dead, or after 5 s; null means never.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<int> RunAsync(
        string instance, ExecRequest request, ExecStreams streams, Task? kill = null, CancellationToken cancellationToken = default)
    {
        var step = $"finish {request.Program} in instance {instance}";
        using var deadline = _transport.Deadline(step, request.Timeout ?? Timeout.InfiniteTimeSpan, cancellationToken);
        try
        {
            using var connection = await ExecConnection.OpenAsync(
                _transport, _operations, instance, request.Program, ExecJson.Request(request, null), deadline.Token);
            return await new ExecPump(connection, streams).RunAsync(kill, deadline.Token);
        }
        catch (OperationCanceledException error)
        {
            throw deadline.Translate(error);
        }
    }

    /// <summary>Runs a command on a terminal of its own.</summary>
    /// <param name="instance">The instance.</param>
    /// <param name="request">The command; set <c>TERM</c> in its environment.</param>
    /// <param name="columns">Width of the terminal.</param>
    /// <param name="rows">Height of the terminal.</param>
    /// <param name="cancellationToken">Gives up opening; does not end an open terminal.</param>
    public async Task<TerminalSession> OpenTerminalAsync(
        string instance, ExecRequest request, int columns, int rows, CancellationToken cancellationToken = default)
    {
        var connection = await ExecConnection.OpenAsync(
            _transport, _operations, instance, request.Program, ExecJson.Request(request, (columns, rows)), cancellationToken);
        return new TerminalSession(connection);
    }
}
