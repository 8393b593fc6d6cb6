using System.Text;

namespace Coi.Cli.Runs;

/// <summary>
/// Has the command begin only when its streams are known to be joined: its shell says a word on standard error and waits for one on
/// standard input. Incus can lose sight of a command at its start, whether it runs or not; one that nobody told to begin has done nothing
/// and can be started again.
/// </summary>
internal sealed class BeginSignal(Stream input, Stream error)
{
    /// <summary>What the shell around the command does before anything else.</summary>
    public const string Announce = """
        printf 'coi: ready %s\n' "$$" >&2

        """;

    /// <summary>What it does last before the command; what stands between the two is done while the word travels.</summary>
    public const string Await = """
        IFS= read -r coi_word && [ "$coi_word" = begin ] || exit 213

        """;

    private const string Ready = "coi: ready ";
    private const int LongestWord = 32;

    private static readonly byte[] Begin = Encoding.ASCII.GetBytes("begin\n");
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StringBuilder _heard = new();

    /// <summary>Whether the command was told to begin; then it must not be started again.</summary>
    public bool Begun { get; private set; }

    /// <summary>Process id inside of the shell around the command; null until it has said its word.</summary>
    public int? Pid { get; private set; }

    /// <summary>Our input, behind the word.</summary>
    public Stream Input => new InputStream(this);

    /// <summary>Our standard error, without the word.</summary>
    public Stream Error => new ErrorStream(this);

    private sealed class InputStream(BeginSignal signal) : OneWayStream
    {
        public override bool CanRead => true;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (signal.Begun) return await signal.ReadInputAsync(buffer, cancellationToken);
            await signal._ready.Task.WaitAsync(cancellationToken);
            signal.Begun = true;
            Begin.CopyTo(buffer);
            return Begin.Length;
        }
    }

    private ValueTask<int> ReadInputAsync(Memory<byte> buffer, CancellationToken cancellationToken) => input.ReadAsync(buffer, cancellationToken);

    private sealed class ErrorStream(BeginSignal signal) : OneWayStream
    {
        public override bool CanWrite => true;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (signal.Pid is null) buffer = signal.Hear(buffer);
            if (buffer.Length > 0) await signal.WriteErrorAsync(buffer, cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => signal.FlushErrorAsync(cancellationToken);
    }

    // The word is the first line; what is no word (a shell that complains at its start) is passed on.
    private ReadOnlyMemory<byte> Hear(ReadOnlyMemory<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            _heard.Append((char)bytes.Span[i]);
            if (_heard[^1] != '\n' && _heard.Length < LongestWord) continue;
            var line = _heard.ToString();
            _heard.Clear();
            if (line.StartsWith(Ready, StringComparison.Ordinal) && int.TryParse(line.AsSpan(Ready.Length).Trim(), out var pid))
            {
                Pid = pid;
                _ready.TrySetResult();
                return bytes[(i + 1)..];
            }

            return Encoding.Latin1.GetBytes(line).Concat(bytes[(i + 1)..].ToArray()).ToArray();
        }

        return ReadOnlyMemory<byte>.Empty;
    }

    private ValueTask WriteErrorAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => error.WriteAsync(bytes, cancellationToken);

    private Task FlushErrorAsync(CancellationToken cancellationToken) => error.FlushAsync(cancellationToken);
}
