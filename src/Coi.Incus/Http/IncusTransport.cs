using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Coi.Incus;

/// <summary>Sends requests over the Unix socket and unwraps the answers; the only place that knows HTTP.</summary>
internal sealed partial class IncusTransport : IDisposable
{
    private readonly SocketsHttpHandler _handler;
    private readonly SocketsHttpHandler _webSocketHandler;
    private readonly HttpMessageInvoker _http;
    private readonly HttpMessageInvoker _webSockets;
    private readonly UnixSocketConnector _connector;

    public IncusTransport(IncusClientOptions options)
    {
        Options = options;
        _connector = new UnixSocketConnector(options.SocketPath ?? IncusSocket.Discover() ?? IncusSocket.Expected);
        _handler = Handler(_connector.Connection);
        _webSocketHandler = Handler(_connector.WebSocketConnection);
        _http = new HttpMessageInvoker(_handler, disposeHandler: false);
        _webSockets = new HttpMessageInvoker(_webSocketHandler, disposeHandler: false);
    }

    public IncusClientOptions Options { get; }

    public string SocketPath => _connector.SocketPath;

    /// <summary>Sends a request that is answered by an envelope, within the call's deadline.</summary>
    public Task<Envelope> SendAsync(
        string action, HttpMethod method, string path, CancellationToken cancellationToken,
        HttpContent? content = null, string? ifMatch = null, TimeSpan? timeout = null) =>
        SendAsync(action, method, path, ReadEnvelopeAsync, cancellationToken, content, ifMatch, timeout);

    private async Task<T> SendAsync<T>(
        string action, HttpMethod method, string path, Func<Stream, CancellationToken, ValueTask<T?>> read, CancellationToken cancellationToken,
        HttpContent? content = null, string? ifMatch = null, TimeSpan? timeout = null)
        where T : Wrapping
    {
        using var deadline = Deadline(action, timeout, cancellationToken);
        try
        {
            using var request = Request(method, path, content);
            if (ifMatch is not null) request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{ifMatch}\""));
            using var response = await _http.SendAsync(request, deadline.Token);
            return await ReadAsync(action, response, read, deadline.Token);
        }
        catch (Exception error) when (Convert(error, deadline) is { } converted)
        {
            throw converted;
        }
    }

    /// <summary>Asks for a list and returns what is in it.</summary>
    public async Task<List<T>> ListAsync<T>(string action, string path, JsonTypeInfo<Listed<T>> type, CancellationToken cancellationToken) =>
        (await SendAsync(action, HttpMethod.Get, path, (body, cancelled) => JsonSerializer.DeserializeAsync(body, type, cancelled), cancellationToken)).Metadata
            ?? throw Empty(action);

    /// <summary>Sends a request and returns what its envelope holds.</summary>
    public Task<T> GetAsync<T>(string action, string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        GetAsync(action, path, Reader(action, type), cancellationToken);

    /// <summary>As the other, for what is read by hand.</summary>
    public async Task<T> GetAsync<T>(string action, string path, Func<JsonElement, T> read, CancellationToken cancellationToken)
    {
        var envelope = await SendAsync(action, HttpMethod.Get, path, cancellationToken);
        return Unwrap(action, envelope.Metadata, read);
    }

    /// <summary>As <c>GetAsync</c>, with null for what does not exist (404) and only for that.</summary>
    public Task<T?> FindAsync<T>(string action, string path, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : class =>
        FindAsync(action, path, Reader(action, type), cancellationToken);

    /// <summary>As the other, for what is read by hand.</summary>
    public async Task<T?> FindAsync<T>(string action, string path, Func<JsonElement, T> read, CancellationToken cancellationToken) where T : class
    {
        try
        {
            return await GetAsync(action, path, read, cancellationToken);
        }
        catch (IncusException error) when (error.IsNotFound)
        {
            return null;
        }
    }

    public HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content = null) =>
        new(method, new Uri($"http://unix.socket{WithProject(path)}")) { Content = content };

    public Deadline Deadline(string step, TimeSpan? length, CancellationToken cancellationToken) =>
        new(step, length ?? Options.CallTimeout, Options.Time, cancellationToken);

    public static T Unwrap<T>(string action, JsonElement metadata, JsonTypeInfo<T> type) => Unwrap(action, metadata, Reader(action, type));

    public static T Unwrap<T>(string action, JsonElement metadata, Func<JsonElement, T> read)
    {
        try
        {
            return read(metadata);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw Garbled(action, error);
        }
    }

    public static Task<Envelope> ReadEnvelopeAsync(string action, HttpResponseMessage response, CancellationToken cancellationToken) =>
        ReadAsync(action, response, ReadEnvelopeAsync, cancellationToken);

    private static Func<JsonElement, T> Reader<T>(string action, JsonTypeInfo<T> type) => json => json.Deserialize(type) ?? throw Empty(action);

    private static async ValueTask<Envelope?> ReadEnvelopeAsync(Stream body, CancellationToken cancellationToken)
    {
        using var json = new MemoryStream();
        await body.CopyToAsync(json, cancellationToken);
        return Envelope.Read(json.GetBuffer().AsSpan(0, (int)json.Length));
    }

    private static async Task<T> ReadAsync<T>(
        string action, HttpResponseMessage response, Func<Stream, CancellationToken, ValueTask<T?>> read, CancellationToken cancellationToken)
        where T : Wrapping
    {
        T? envelope;
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            envelope = await read(body, cancellationToken);
        }
        catch (JsonException error)
        {
            throw Garbled(action, error, (int)response.StatusCode);
        }

        // Numbers decide, not English words; the envelope's code is finer than that of HTTP.
        if (envelope is null || envelope.Type == "error" || !response.IsSuccessStatusCode)
        {
            var code = envelope is { ErrorCode: > 0 } ? envelope.ErrorCode : (int)response.StatusCode;
            throw new IncusException(action, code, envelope?.Error);
        }

        return envelope with { ETag = response.Headers.ETag?.Tag.Trim('"') };
    }

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
        _webSockets.Dispose();
        _webSocketHandler.Dispose();
    }

    private string WithProject(string path) => Options.Project == "default"
        ? path
        : $"{path}{(path.Contains('?') ? '&' : '?')}project={Uri.EscapeDataString(Options.Project)}";

    private static IncusException Empty(string action) =>
        new(action, (int)HttpStatusCode.OK, "Incus answered with nothing where something was expected");

    private static IncusException Garbled(string action, Exception error, int statusCode = 200) =>
        new(action, statusCode, $"Incus' answer is not the JSON that was expected ({error.Message})", error);

    private static SocketsHttpHandler Handler(Func<Stream> connection) => new()
    {
        ConnectCallback = (_, _) => ValueTask.FromResult(connection()),
        // Without this a host's HTTP_PROXY swallows requests to the socket.
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
    };
}
