using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Coi.FakeIncus;

/// <summary>Kestrel on a Unix socket, from start to abrupt end.</summary>
internal sealed class FakeHost : IAsyncDisposable
{
    private readonly ConcurrentDictionary<CancellationTokenSource, (string Path, bool IsWebSocket)> _open = new();
    private readonly CancellationTokenSource _dead = new();
    private readonly WebApplication _app;

    private FakeHost(WebApplication app) => _app = app;

    public static async Task<FakeHost> StartAsync(
        string socketPath, FakeState state, FakeFaults faults, Action<FakeRequest> log)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.ListenUnixSocket(socketPath);
            options.Limits.MaxRequestBodySize = null;
            options.Limits.MinRequestBodyDataRate = null;
            options.Limits.MinResponseDataRate = null;
        });
        var app = builder.Build();
        var host = new FakeHost(app);
        var router = new FakeRouter(state, faults, log);
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        app.Run(context => host.TrackAsync(context, router));
        await app.StartAsync();
        return host;
    }

    public void DropWebSockets(string pathRegex)
    {
        foreach (var (ended, (path, isWebSocket)) in _open)
            if (isWebSocket && Regex.IsMatch(path, pathRegex)) Cancel(ended);
    }

    public async ValueTask DisposeAsync()
    {
        await _dead.CancelAsync();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _dead.Dispose();
    }

    /// <summary>
    /// Handles a request with a token that ends it from outside. The request aborts itself: aborting it from another
    /// thread has no effect while it is being upgraded to a websocket.
    /// </summary>
    private async Task TrackAsync(HttpContext context, FakeRouter router)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(_dead.Token, context.RequestAborted);
        _open[ended] = ($"{context.Request.Path}{context.Request.QueryString}", context.WebSockets.IsWebSocketRequest);
        try
        {
            await router.HandleAsync(context, ended.Token);
            if (ended.IsCancellationRequested) context.Abort();
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or ConnectionAbort)
        {
            // The client went away, the server died, or a fault cut the line: there is nobody to answer.
            context.Abort();
        }
        finally
        {
            _open.TryRemove(ended, out _);
        }
    }

    private static void Cancel(CancellationTokenSource ended)
    {
        try
        {
            ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself at the same moment.
        }
    }
}

/// <summary>Cuts the connection instead of answering.</summary>
internal sealed class ConnectionAbort : Exception;
