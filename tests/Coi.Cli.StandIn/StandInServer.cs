using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Coi.Cli.StandIn;

/// <summary>A request as it came.</summary>
internal sealed record Seen(string Method, string Path, string Host, string? Version, string Body);

/// <summary>A small HTTP server on a Unix socket whose answers a test chooses.</summary>
internal sealed class StandInServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StandInServer(WebApplication app, string socket)
    {
        _app = app;
        Socket = socket;
    }

    /// <summary>Path of its socket.</summary>
    public string Socket { get; }

    /// <summary>What answers, by "METHOD /path"; a path may end in "*".</summary>
    public ConcurrentDictionary<string, RequestDelegate> Routes { get; } = new();

    /// <summary>What was asked.</summary>
    public ConcurrentQueue<Seen> Requests { get; } = new();

    /// <summary>Begins to listen.</summary>
    public static async Task<StandInServer> StartAsync(string socket)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.ListenUnixSocket(socket);
            options.AllowSynchronousIO = true;
        });
        var app = builder.Build();
        var server = new StandInServer(app, socket);
        app.UseWebSockets();
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>Ends with the process' SIGTERM, or when stopped.</summary>
    public Task WaitForShutdownAsync() => _app.WaitForShutdownAsync();

    /// <summary>Stops listening.</summary>
    public Task StopAsync() => _app.StopAsync();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path + context.Request.QueryString;
        var body = "";
        if (!context.WebSockets.IsWebSocketRequest)
        {
            using var reader = new StreamReader(context.Request.Body);
            body = await reader.ReadToEndAsync();
        }

        Requests.Enqueue(new Seen(context.Request.Method, path, context.Request.Host.Value ?? "", context.Request.Headers["Coi-Version"], body));
        var key = $"{context.Request.Method} {path}";
        var route = Routes.GetValueOrDefault(key)
            ?? Routes.Where(pair => pair.Key.EndsWith('*') && key.StartsWith(pair.Key[..^1], StringComparison.Ordinal))
                .OrderByDescending(pair => pair.Key.Length).Select(pair => pair.Value).FirstOrDefault();
        if (route is not null)
        {
            await route(context);
            return;
        }

        context.Response.StatusCode = (int)HttpStatusCode.NotFound;
        await context.Response.WriteAsync($$"""{"code":"route.unknown","message":"the stand-in has no {{key}}"}""");
    }
}
