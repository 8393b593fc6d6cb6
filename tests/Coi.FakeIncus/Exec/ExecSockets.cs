using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace Coi.FakeIncus;

/// <summary>The websockets of one command, and how its bytes move through them.</summary>
internal sealed class ExecSockets
{
    private readonly ConcurrentDictionary<string, WebSocket> _sockets = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _inputEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>All sockets that the command needs are there.</summary>
    public Task Connected => _connected.Task;

    /// <summary>The client has ended its side of the terminal, or is gone.</summary>
    public Task InputEnded => _inputEnded.Task;

    /// <summary>The command and its output have ended: the sockets may go.</summary>
    public void Finish() => _finished.TrySetResult();

    public static async Task ServeAsync(FakeCall call)
    {
        var operation = call.State.Operations.Get(call.Name);
        var secret = call.Query("secret");
        var fd = operation.Exec?.Secrets.FirstOrDefault(pair => pair.Value == secret).Key ?? throw new FakeIncusError(403, "Forbidden");
        var exec = operation.Exec;
        using var socket = await call.Context.WebSockets.AcceptWebSocketAsync();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(call.Ended);
        await exec.Sockets.ServeAsync(exec, fd, socket, ended);
    }

    /// <summary>Sends a stream of the command as it comes, then its end as an empty text message.</summary>
    public async Task SendAsync(FakeExec exec, string fd)
    {
        var reader = exec.Output(fd);
        var socket = _sockets[exec.Interactive ? "0" : fd];
        try
        {
            while (true)
            {
                var read = await reader.ReadAsync();
                foreach (var part in read.Buffer)
                    await socket.SendAsync(part, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
                reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) break;
            }

            await socket.SendAsync(ReadOnlyMemory<byte>.Empty, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception error) when (error is WebSocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // The client left; what the command still writes goes nowhere.
            await reader.CompleteAsync();
        }
    }

    private async Task ServeAsync(FakeExec exec, string fd, WebSocket socket, CancellationTokenSource ended)
    {
        _sockets[fd] = socket;
        if (exec.Secrets.Keys.All(_sockets.ContainsKey)) _connected.TrySetResult();
        try
        {
            var receiving = fd switch
            {
                "0" => ReceiveInputAsync(exec, socket, ended.Token),
                "control" => ReceiveControlAsync(exec, socket, ended.Token),
                _ => Task.CompletedTask,
            };
            // Cancelling a receive would abort the socket and lose what was just sent: on a good end it is left to end
            // with the socket.
            await Task.WhenAny(_finished.Task, Task.Delay(Timeout.InfiniteTimeSpan, ended.Token));
            if (!_finished.Task.IsCompleted) await receiving;
        }
        finally
        {
            if (!_finished.Task.IsCompleted && fd == "control") exec.Kill();
        }
    }

    private async Task ReceiveInputAsync(FakeExec exec, WebSocket socket, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(exec.StdinWriter.GetMemory(16 * 1024), cancellationToken);
                if (part.MessageType != WebSocketMessageType.Binary) break;
                exec.StdinWriter.Advance(part.Count);
                if ((await exec.StdinWriter.FlushAsync(cancellationToken)).IsCompleted) break;
            }

            await exec.StdinWriter.CompleteAsync();
            _inputEnded.TrySetResult();
            await DrainAsync(socket, cancellationToken);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            await exec.StdinWriter.CompleteAsync();
            _inputEnded.TrySetResult();
        }
    }

    private static async Task ReceiveControlAsync(FakeExec exec, WebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
                if (part.MessageType == WebSocketMessageType.Close) break;
                if (JsonNode.Parse(buffer.AsSpan(0, part.Count)) is JsonObject message) exec.Control(message);
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Below.
        }

        // Incus kills a command whose control socket goes away.
        exec.Kill();
    }

    private static async Task DrainAsync(WebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        while ((await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken)).MessageType != WebSocketMessageType.Close)
        {
        }
    }
}
