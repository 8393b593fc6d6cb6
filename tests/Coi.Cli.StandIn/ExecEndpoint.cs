using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Coi.Cli.StandIn;

/// <summary>
/// The part of the Incus API that a terminal needs: exec with a websocket for data and one for control. What runs "inside" is the test:
/// it reads what was typed and writes what is shown.
/// </summary>
internal sealed class ExecEndpoint
{
    private readonly TaskCompletionSource<int> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<WebSocket> _data = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<byte> _typed = [];
    private readonly List<string> _control = [];

    /// <summary>Puts the routes into a server.</summary>
    public ExecEndpoint(StandInServer server)
    {
        server.Routes["POST /1.0/instances/*"] = async context =>
        {
            context.Response.StatusCode = 202;
            await context.Response.WriteAsync(Operation(103, "Running", """{"fds":{"0":"data","control":"control"}}""", "async", 100));
        };
        server.Routes["GET /1.0/operations/op/websocket?secret=data*"] = DataAsync;
        server.Routes["GET /1.0/operations/op/websocket?secret=control*"] = ControlAsync;
        server.Routes["GET /1.0/operations/op/wait*"] = async context =>
        {
            var code = await _exit.Task.WaitAsync(context.RequestAborted);
            await context.Response.WriteAsync(Operation(200, "Success", $$"""{"return":{{code}}}""", "sync", 200));
        };
    }

    /// <summary>The bytes that were typed so far.</summary>
    public byte[] Typed
    {
        get
        {
            lock (_typed) return [.. _typed];
        }
    }

    /// <summary>The control messages that came so far.</summary>
    public IReadOnlyList<string> Control
    {
        get
        {
            lock (_control) return [.. _control];
        }
    }

    /// <summary>Completes when somebody has attached.</summary>
    public Task Attached => _data.Task;

    /// <summary>Shows bytes on the terminal.</summary>
    public async Task ShowAsync(ReadOnlyMemory<byte> bytes)
    {
        var socket = await _data.Task;
        await socket.SendAsync(bytes, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
    }

    /// <summary>Ends the command inside.</summary>
    public async Task ExitAsync(int code)
    {
        var socket = await _data.Task;
        await socket.SendAsync(ReadOnlyMemory<byte>.Empty, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        _exit.TrySetResult(code);
    }

    /// <summary>Breaks the connection off, as a killed container does.</summary>
    public async Task BreakAsync()
    {
        (await _data.Task).Abort();
        _exit.TrySetResult(137);
    }

    private async Task DataAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        _data.TrySetResult(socket);
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } part)
            {
                if (part.MessageType != WebSocketMessageType.Binary) continue;
                lock (_typed) _typed.AddRange(buffer.AsSpan(0, part.Count));
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // Whoever was attached has left.
        }
    }

    private async Task ControlAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } part)
            {
                lock (_control) _control.Add(Encoding.UTF8.GetString(buffer, 0, part.Count));
            }
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException)
        {
            // Whoever was attached has left.
        }
    }

    private static string Operation(int code, string status, string metadata, string type, int outer) =>
        $$"""
        {"type":"{{type}}","status":"{{status}}","status_code":{{outer}},"operation":"/1.0/operations/op","error_code":0,"error":"","metadata":
         {"id":"op","class":"websocket","description":"Executing command","created_at":"2026-01-31T10:00:00Z","updated_at":"2026-01-31T10:00:00Z",
          "status":"{{status}}","status_code":{{code}},"resources":{},"metadata":{{metadata}},"may_cancel":false,"err":"","location":"none"} }
        """;
}
