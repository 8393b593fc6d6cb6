using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Coi.FakeIncus;

/// <summary>Kestrel on a Unix socket, from start to abrupt end.</summary>
internal sealed class FakeHost : IAsyncDisposable
{
    private readonly ConcurrentDictionary<HttpContext, string> _open = new();
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
        var router = new FakeRouter(state, faults, log, host._dead.Token);
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        app.Run(context => host.TrackAsync(context, router));
        await app.StartAsync();
        return host;
    }

    public void DropWebSockets(string pathRegex)
    {
        foreach (var (context, path) in _open)
            if (context.WebSockets.IsWebSocketRequest && Regex.IsMatch(path, pathRegex)) context.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        await _dead.CancelAsync();
        foreach (var context in _open.Keys) context.Abort();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _dead.Dispose();
    }

    private async Task TrackAsync(HttpContext context, FakeRouter router)
    {
        _open[context] = $"{context.Request.Path}{context.Request.QueryString}";
        try
        {
            await router.HandleAsync(context);
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or ConnectionAbort)
        {
            // The client went away, the server died, or a fault cut the line: there is nobody to answer.
            context.Abort();
        }
        finally
        {
            _open.TryRemove(context, out _);
        }
    }
}

/// <summary>Cuts the connection instead of answering.</summary>
internal sealed class ConnectionAbort : Exception;
