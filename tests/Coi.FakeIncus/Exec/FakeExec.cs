using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Coi.FakeIncus;

/// <summary>A command that runs inside a fake instance, as its handler sees it.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing that needs disposing")]
public sealed class FakeExec
{
    private static readonly string[] TerminalOutput = ["0"];
    private static readonly string[] PlainOutput = ["1", "2"];
    private static readonly string[] TerminalSockets = ["0", "control"];
    private static readonly string[] PlainSockets = ["0", "1", "2", "control"];

    private readonly CancellationTokenSource _killed = new();
    private readonly Pipe _stdin = new();
    private readonly Pipe _stdout = new();
    private readonly Pipe _stderr = new();
    private readonly Channel<int> _signals = Channel.CreateUnbounded<int>();

    internal FakeExec(string instance, JsonObject request)
    {
        Instance = instance;
        Command = FakeMaps.List(request["command"]);
        Environment = FakeMaps.Config(request["environment"]);
        Interactive = FakeMaps.Flag(request, "interactive");
        User = FakeMaps.Number(request, "user");
        Group = FakeMaps.Number(request, "group");
        Cwd = FakeMaps.Text(request, "cwd");
        Columns = FakeMaps.Number(request, "width");
        Rows = FakeMaps.Number(request, "height");
        Stdout = _stdout.Writer.AsStream();
        Stderr = Interactive ? Stdout : _stderr.Writer.AsStream();
        Secrets = (Interactive ? TerminalSockets : PlainSockets)
            .ToDictionary(fd => fd, _ => Guid.NewGuid().ToString("N"));
    }

    /// <summary>The instance.</summary>
    public string Instance { get; }

    /// <summary>Program and arguments.</summary>
    public IReadOnlyList<string> Command { get; }

    /// <summary>Environment that was asked for.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>It has a terminal.</summary>
    public bool Interactive { get; }

    /// <summary>The uid that it runs as.</summary>
    public int User { get; }

    /// <summary>The gid that it runs as.</summary>
    public int Group { get; }

    /// <summary>Its working directory, empty for the default.</summary>
    public string Cwd { get; }

    /// <summary>Width of its terminal.</summary>
    public int Columns { get; private set; }

    /// <summary>Height of its terminal.</summary>
    public int Rows { get; private set; }

    /// <summary>What it reads.</summary>
    public Stream Stdin => _stdin.Reader.AsStream();

    /// <summary>Where it writes.</summary>
    public Stream Stdout { get; }

    /// <summary>Where it writes errors; the terminal when it has one.</summary>
    public Stream Stderr { get; }

    /// <summary>Signals that were sent to it.</summary>
    public ChannelReader<int> Signals => _signals.Reader;

    /// <summary>Ends when it is killed: the client went away or the instance stopped.</summary>
    public CancellationToken Killed => _killed.Token;

    internal IReadOnlyDictionary<string, string> Secrets { get; }

    internal IReadOnlyList<string> OutputNames => Interactive ? TerminalOutput : PlainOutput;

    internal ExecSockets Sockets { get; } = new();

    internal PipeWriter StdinWriter => _stdin.Writer;

    internal PipeReader Output(string fd) => fd == "2" ? _stderr.Reader : _stdout.Reader;

    /// <summary>Writes a line to standard output.</summary>
    public Task WriteLineAsync(string text) => Stdout.WriteAsync(Encoding.UTF8.GetBytes($"{text}\n")).AsTask();

    internal void Kill() => _killed.Cancel();

    internal void Control(JsonObject message)
    {
        if (FakeMaps.Text(message, "command") == "signal")
        {
            var signal = FakeMaps.Number(message, "signal");
            _signals.Writer.TryWrite(signal);
            if (signal is 9 or 15 or 1 or 2) Kill();
        }
        else if (message["args"] is JsonObject args)
        {
            Columns = int.Parse(FakeMaps.Text(args, "width", "0"));
            Rows = int.Parse(FakeMaps.Text(args, "height", "0"));
        }
    }

    internal async Task CloseOutputAsync()
    {
        await _stdout.Writer.CompleteAsync();
        await _stderr.Writer.CompleteAsync();
        await _stdin.Reader.CompleteAsync();
    }

    internal JsonObject ToJson() => new()
    {
        ["command"] = FakeMaps.ToJson(Command),
        ["environment"] = FakeMaps.ToJson(Environment),
        ["interactive"] = Interactive,
        ["fds"] = FakeMaps.ToJson(Secrets),
    };
}
