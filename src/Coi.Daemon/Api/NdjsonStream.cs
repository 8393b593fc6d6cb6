using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Akka.Actor;
using Coi.Contracts;
using Coi.Daemon.Images;

namespace Coi.Daemon.Api;

/// <summary>
/// A streamed answer that actors can talk to: what is told to <see cref="Self"/> comes out of <see cref="ReadAsync"/>. Of progress and
/// output only so much is queued; what a slow client does not fetch is dropped, results never are.
/// </summary>
internal sealed class NdjsonStream : IAsyncDisposable
{
    private static readonly byte[] NewLine = "\n"u8.ToArray();
    private readonly HttpContext _context;
    private readonly ActorSystem _system;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly Channel<object> _messages = Channel.CreateUnbounded<object>();

    public NdjsonStream(HttpContext context, ActorSystem system)
    {
        _context = context;
        _system = system;
        context.Response.ContentType = Protocol.Ndjson;
        Self = system.ActorOf(Props.Create(() => new Inbox(_messages)));
    }

    /// <summary>Who actors answer to.</summary>
    public IActorRef Self { get; }

    /// <summary>Messages as they come, until the client goes away or the daemon stops.</summary>
    public IAsyncEnumerable<object> ReadAsync(CancellationToken cancellationToken) => _messages.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Writes progress, stamped with the time since the request.</summary>
    public Task ProgressAsync(Progress progress) =>
        WriteAsync(new StreamLine { Progress = progress with { ElapsedMilliseconds = (long)Stopwatch.GetElapsedTime(_started).TotalMilliseconds } });

    /// <summary>Writes a line of output.</summary>
    public Task LogAsync(string line) => WriteAsync(new StreamLine { Log = line });

    /// <summary>Writes the result, the last line.</summary>
    public Task ResultAsync<T>(T result, JsonTypeInfo<T> type) => WriteAsync(new StreamLine { Result = JsonSerializer.SerializeToElement(result, type) });

    /// <summary>Writes the failure, the last line.</summary>
    public Task ErrorAsync(Failure failure) => WriteAsync(new StreamLine { Error = failure.ToProblem() });

    public ValueTask DisposeAsync()
    {
        _system.Stop(Self);
        return ValueTask.CompletedTask;
    }

    private async Task WriteAsync(StreamLine line)
    {
        await JsonSerializer.SerializeAsync(_context.Response.Body, line, ContractsJson.Default.StreamLine, _context.RequestAborted);
        await _context.Response.Body.WriteAsync(NewLine, _context.RequestAborted);
        await _context.Response.Body.FlushAsync(_context.RequestAborted);
    }

    private sealed class Inbox : ReceiveActor
    {
        private const int Most = 4096;

        public Inbox(Channel<object> messages) => ReceiveAny(message =>
        {
            // A client that reads nothing. All else is a word or two for each thing that was asked for.
            if (message is Progress or ImagesProtocol.BuildLog && messages.Reader.Count >= Most) return;
            _ = messages.Writer.TryWrite(message);
        });
    }
}
