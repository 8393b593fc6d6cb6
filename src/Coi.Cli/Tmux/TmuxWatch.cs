using System.IO.Pipelines;
using System.Text;
using System.Threading.Channels;
using Coi.Cli.Terminals;
using Coi.Contracts;
using Coi.Incus;

namespace Coi.Cli.Tmux;

/// <summary>
/// A client of tmux in control mode (tmux(1), CONTROL MODE): tmux tells each output of the session as it comes, and answers questions about the
/// screen on the same connection, so that nobody has to look again and again. It has no size and changes none.
/// </summary>
internal sealed class TmuxWatch : IAsyncDisposable
{
    private static readonly TimeSpan Leaving = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AnswerDeadline = TimeSpan.FromSeconds(10);
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly TmuxTarget _target;
    private readonly Pipe _input = new();
    private readonly Pipe _output = new();
    private readonly MemoryStream _error = new();
    private readonly CancellationTokenSource _leave = new();
    private readonly Channel<string> _answers = Channel.CreateUnbounded<string>();
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Task<int> _running;
    private readonly Task _reading;

    private TmuxWatch(Inside inside, TmuxTarget target)
    {
        _target = target;
        var request = inside.Request(["tmux", "-u", "-C", "attach-session", "-t", target.Session]);
        var streams = new ExecStreams(_input.Reader.AsStream(), _output.Writer.AsStream(), _error);
        _running = inside.Incus.Exec.RunAsync(target.Container, request, streams, cancellationToken: _leave.Token);
        _reading = ReadAsync();
        _ = CloseAsync();
    }

    /// <summary>Begins to watch.</summary>
    /// <exception cref="IncusException">Incus lost sight of the client at its start; it can be begun again.</exception>
    public static async Task<TmuxWatch> OpenAsync(Inside inside, TmuxTarget target, CancellationToken cancellationToken)
    {
        const int attempts = 4;
        for (var attempt = 1; ; attempt++)
        {
            var watch = new TmuxWatch(inside, target);
            try
            {
                await watch.AnswerAsync(cancellationToken); // of attaching
                return watch;
            }
            catch (IncusException e) when (e.WasLost && attempt < attempts)
            {
                await watch.DisposeAsync();
            }
            catch
            {
                await watch.DisposeAsync();
                throw;
            }
        }
    }

    /// <summary>What the screen shows now; <see cref="ChangedAsync"/> waits for what comes after it.</summary>
    public async Task<string> ScreenAsync(ScreenWish wish, CancellationToken cancellationToken)
    {
        _changes.Reader.TryRead(out _);
        await _input.Writer.WriteAsync(Utf8.GetBytes(string.Join(' ', wish.Command(_target).Select(Quoted)) + "\n"), cancellationToken);
        return await AnswerAsync(cancellationToken);
    }

    /// <summary>Waits until something has changed since the screen was last asked for.</summary>
    public async Task ChangedAsync(CancellationToken cancellationToken)
    {
        if (!await _changes.Reader.WaitToReadAsync(cancellationToken)) await ThrowAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _input.Writer.CompleteAsync(); // the end of its input is how a client in control mode is told to leave
        try
        {
            await _running.WaitAsync(Leaving);
        }
        catch (Exception e) when (e is TimeoutException or IncusException or IncusUnavailableException or OperationCanceledException)
        {
            // It is killed with its connection.
        }

        await _leave.CancelAsync();
        _leave.Dispose();
        await _error.DisposeAsync();
    }

    private async Task<string> AnswerAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(AnswerDeadline);
        try
        {
            if (await _answers.Reader.WaitToReadAsync(deadline.Token) && _answers.Reader.TryRead(out var answer)) return answer;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw TmuxSessions.Failed(_target, "attach-session", $"no answer within {AnswerDeadline.TotalSeconds:0} s");
        }

        await ThrowAsync();
        return "";
    }

    // Why nothing comes any more.
    private async Task ThrowAsync()
    {
        await _reading;
        var code = await _running;
        var words = Utf8.GetString(_error.ToArray()).Trim();
        throw code == 0
            ? new ProblemException(new Problem("tmux.ended", $"the tmux session '{_target.Name}' in {_target.Container} has ended", "'coi tmux list' shows those that live"))
            : TmuxSessions.Failed(_target, "attach-session", words.Length > 0 ? words : $"exit code {code}");
    }

    private async Task CloseAsync()
    {
        await _running.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        await _output.Writer.CompleteAsync();
    }

    private async Task ReadAsync()
    {
        using var reader = new StreamReader(_output.Reader.AsStream(), Utf8);
        StringBuilder? answer = null;
        var end = "";
        while (await reader.ReadLineAsync() is { } line)
        {
            if (answer is null && line.StartsWith("%begin ", StringComparison.Ordinal))
            {
                (answer, end) = (new StringBuilder(), line["%begin ".Length..]);
            }
            else if (answer is null)
            {
                _changes.Writer.TryWrite(true); // some notification: of output, of another window, of a change of size
            }
            else if (line == "%end " + end || line == "%error " + end)
            {
                _answers.Writer.TryWrite(answer.ToString());
                answer = null;
            }
            else
            {
                answer.Append(line).Append('\n');
            }
        }

        _answers.Writer.TryComplete();
        _changes.Writer.TryComplete();
    }

    // Names of sessions may hold anything but ":" and ".".
    private static string Quoted(string word) => "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
