using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Text.Json;

namespace Coi.Incus;

/// <summary>A command that was started: its operation, its sockets and its exit code.</summary>
internal sealed class ExecConnection : IDisposable
{
    public const string Control = "control";

    private const int Attempts = 4;

    private readonly CancellationTokenSource _lifetime = new();
    private readonly Dictionary<string, ExecSocket> _sockets = [];
    private readonly string _action;

    private ExecConnection(string action) => _action = action;

    public ExecSocket this[string fd] => _sockets[fd];

    /// <summary>Completes when Incus closes the control socket, which it does first when the command has ended.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>The end of the operation: there is no deadline of its own, a command may run for months.</summary>
    public Task<Operation> Operation { get; private set; } = Task.FromException<Operation>(new InvalidOperationException("Not started"));

    /// <summary>
    /// Starts a command and connects to its streams. Incus waits five seconds for the sockets and then gives the command up, which it has not begun; on a
    /// busy machine the next socket is then refused (seen on 6.0.4). So it is asked for anew, whatever the command is.
    /// </summary>
    public static async Task<ExecConnection> OpenAsync(
        IncusTransport transport, OperationsApi operations, string instance, string program, byte[] post, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await OpenOnceAsync(transport, operations, instance, program, post, cancellationToken);
            }
            catch (IncusException refused) when (refused.InnerException is WebSocketException && attempt < Attempts)
            {
                // One was refused, so not all were there, and without all of them Incus begins nothing.
            }
        }
    }

    private static async Task<ExecConnection> OpenOnceAsync(
        IncusTransport transport, OperationsApi operations, string instance, string program, byte[] post, CancellationToken cancellationToken)
    {
        var action = $"run {program} in instance {instance}";
        var asked = transport.SendAsync(
            action, HttpMethod.Post, $"{InstancesApi.Path(instance)}/exec", cancellationToken,
            new ByteArrayContent(post) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } });
        WebSocketKeys.Prepare();
        var envelope = await asked;
        var operation = IncusTransport.Unwrap(action, envelope.Metadata, Incus.Operation.Read);

        var connection = new ExecConnection(action);
        try
        {
            await connection.ConnectAsync(transport, operation, cancellationToken);
            connection.Operation = connection.AwaitOperationAsync(transport, operations, operation.Id);
            // Looked at even when nobody gets as far as asking for the exit code.
            _ = connection.Operation.ContinueWith(
                static done => done.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The exit code, once the streams have ended.</summary>
    /// <param name="complete">All output was seen to its very end.</param>
    public async Task<int> GetExitCodeAsync(bool complete)
    {
        var operation = await Operation;
        if (!operation.IsSuccess) throw new IncusException(_action, operation.StatusCode, operation.Err);
        if (!complete)
            throw new IncusException(_action, 502, "the connection for its output broke off before the output was complete");
        return operation.Metadata.ValueKind == JsonValueKind.Object
            && operation.Metadata.TryGetProperty("return", out var code) && code.TryGetInt32(out var number)
                ? number
                : throw new IncusException(_action, 502, "Incus reported no exit code");
    }

    public async Task SendControlAsync(byte[] message, CancellationToken cancellationToken)
    {
        if (!await this[Control].TryWriteTextAsync(message, cancellationToken))
            throw new IncusException(_action, 410, "the command has already ended");
    }

    /// <summary>Closing the control socket makes Incus kill the command, if it still runs.</summary>
    public void Dispose()
    {
        _lifetime.Cancel();
        foreach (var socket in _sockets.Values) socket.Dispose();
        _lifetime.Dispose();
    }

    private async Task ConnectAsync(IncusTransport transport, Operation operation, CancellationToken cancellationToken)
    {
        if (operation.Metadata.ValueKind != JsonValueKind.Object || !operation.Metadata.TryGetProperty("fds", out var fds))
            throw new IncusException(_action, 502, "Incus gave no websockets for the command's streams");

        // The control socket first: without it Incus has no way to end the command with us.
        foreach (var fd in fds.EnumerateObject().OrderByDescending(fd => fd.Name == Control))
        {
            var secret = Uri.EscapeDataString(fd.Value.GetString() ?? "");
            var socket = await transport.OpenWebSocketAsync(
                _action, $"/1.0/operations/{operation.Id}/websocket?secret={secret}", cancellationToken);
            _sockets.Add(fd.Name, new ExecSocket(socket));
        }

        Ended = this[Control].DrainAsync(_lifetime.Token);
    }

    private async Task<Operation> AwaitOperationAsync(IncusTransport transport, OperationsApi operations, string id)
    {
        using var deadline = transport.Deadline(_action, Timeout.InfiniteTimeSpan, _lifetime.Token);
        return await operations.WaitAsync(_action, id, deadline);
    }
}
