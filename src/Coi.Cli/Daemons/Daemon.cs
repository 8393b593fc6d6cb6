using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Coi.Cli.Versions;
using Coi.Contracts;

namespace Coi.Cli.Daemons;

/// <summary>The daemon as seen from here: answers requests, is started when nobody answers, and replaced when it is older than we are.</summary>
internal sealed partial class Daemon : IDisposable
{
    private static readonly TimeSpan CallDeadline = TimeSpan.FromSeconds(30);

    private readonly Surroundings _surroundings;
    private readonly DaemonConnector _connector;
    private readonly HttpClient _http;
    private readonly bool _starts;
    private bool _replaced;

    private Daemon(Surroundings surroundings, bool starts)
    {
        _surroundings = surroundings;
        _starts = starts;
        Socket = DaemonPaths.Socket(surroundings.Variable);
        Home = DaemonPaths.Home(surroundings.Variable);
        _connector = new DaemonConnector(Socket);
        _http = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false, // HttpClient would obey HTTP_PROXY even for a Unix socket
            ConnectCallback = _connector.ConnectAsync,
        })
        {
            BaseAddress = new Uri($"http://{Protocol.Host}/"),
            Timeout = Timeout.InfiniteTimeSpan, // every call has its own deadline
        };
        _http.DefaultRequestHeaders.TryAddWithoutValidation(Protocol.VersionHeader, ProgramVersion.Number);
        // Completions, which start no daemon, have nobody to show a notice to.
        if (starts) _http.DefaultRequestHeaders.TryAddWithoutValidation(Protocol.TalksHeader, "1");
    }

    /// <summary>Path of its socket.</summary>
    public string Socket { get; }

    /// <summary>Directory that holds everything it keeps.</summary>
    public string Home { get; }

    /// <summary>The daemon; it is started when nobody answers.</summary>
    public static Daemon Of(Surroundings surroundings) => new(surroundings, starts: true);

    /// <summary>The daemon if it runs, else null; nothing is started.</summary>
    public static Daemon? IfRunning(Surroundings surroundings)
    {
        var daemon = new Daemon(surroundings, starts: false);
        if (daemon._connector.TryConnect()) return daemon;
        daemon.Dispose();
        return null;
    }

    /// <summary>Asks a question.</summary>
    public Task<T> GetAsync<T>(string path, string step, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        CallAsync(HttpMethod.Get, path, null, step, type, cancellationToken);

    /// <summary>Asks for a text.</summary>
    public async Task<string> TextAsync(string path, string step, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(CallDeadline);
        using var response = await SendAsync(HttpMethod.Get, path, null, step, deadline.Token, cancellationToken);
        if (!response.IsSuccessStatusCode) throw await ProblemOfAsync(response, step, cancellationToken);
        try
        {
            return await response.Content.ReadAsStringAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw TooLate(step);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw AnswerStream.CutOff(step, e);
        }
    }

    /// <summary>Asks a question whose answer may be that there is no such thing: then null.</summary>
    public async Task<T?> FindAsync<T>(string path, string step, JsonTypeInfo<T> type, CancellationToken cancellationToken) where T : class
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(CallDeadline);
        using var response = await SendAsync(HttpMethod.Get, path, null, step, deadline.Token, cancellationToken);
        return response.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(response, step, type, deadline.Token, cancellationToken);
    }

    /// <summary>Gives an order that is carried out at once.</summary>
    public async Task<T> CallAsync<T>(
        HttpMethod method, string path, byte[]? body, string step, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(CallDeadline);
        using var response = await SendAsync(method, path, body, step, deadline.Token, cancellationToken);
        return await ReadAsync(response, step, type, deadline.Token, cancellationToken);
    }

    /// <summary>Gives an order that takes its time; <paramref name="view"/> shows the steps.</summary>
    public async Task<T> StreamAsync<T>(
        HttpMethod method, string path, byte[]? body, string step, JsonTypeInfo<T> type, ProgressView view, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(CallDeadline);
        using var response = await SendAsync(method, path, body, step, deadline.Token, cancellationToken);
        if (!response.IsSuccessStatusCode) throw await ProblemOfAsync(response, step, cancellationToken);
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await AnswerStream.ReadAsync(stream, step, type, view.Show, view.Log, _surroundings.Time, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw AnswerStream.CutOff(step, e);
        }
    }

    /// <summary>Asks for something that comes line by line, perhaps for hours; it ends when the daemon ends it.</summary>
    public async IAsyncEnumerable<string> LinesAsync(string path, string step, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(CallDeadline);
        using var response = await SendAsync(HttpMethod.Get, path, null, step, deadline.Token, cancellationToken);
        if (!response.IsSuccessStatusCode) throw await ProblemOfAsync(response, step, cancellationToken);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (await NextAsync() is { } line) yield return line;

        async Task<string?> NextAsync()
        {
            try
            {
                return await reader.ReadLineAsync(cancellationToken);
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                throw AnswerStream.CutOff(step, e);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _http.Dispose();
        _connector.Dispose();
    }

    /// <summary>A request's body.</summary>
    public static byte[] Body<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);

    private static async Task<T> ReadAsync<T>(
        HttpResponseMessage response, string step, JsonTypeInfo<T> type, CancellationToken deadline, CancellationToken cancellationToken)
    {
        if (!response.IsSuccessStatusCode) throw await ProblemOfAsync(response, step, cancellationToken);
        try
        {
            var body = await response.Content.ReadAsByteArrayAsync(deadline);
            return JsonSerializer.Deserialize(body, type) ?? throw new JsonException("the answer is null");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw TooLate(step);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw AnswerStream.CutOff(step, e);
        }
        catch (JsonException e)
        {
            throw AnswerStream.NotUnderstood(step, e);
        }
    }

    private static ProblemException TooLate(string step) => new(new Problem(
        "daemon.silent",
        $"coid did not answer within {CallDeadline.TotalSeconds:0} s while {step}",
        "'coi daemon logs' shows what it is doing; 'coi daemon stop' ends it, sessions go on"));

    private static async Task<ProblemException> ProblemOfAsync(HttpResponseMessage response, string step, CancellationToken cancellationToken)
    {
        try
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (JsonSerializer.Deserialize(body, ContractsJson.Default.Problem) is { Message: not null } problem) return new ProblemException(problem);
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            // What is said below is all that is known.
        }

        return new ProblemException(new Problem("daemon.answer", $"coid answered {(int)response.StatusCode} while {step}", "'coi daemon logs' may say why"));
    }
}
