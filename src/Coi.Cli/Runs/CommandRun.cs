using System.Text;
using Coi.Cli.CommandLine;
using Coi.Cli.Terminals;
using Coi.Contracts;
using Coi.Incus;

namespace Coi.Cli.Runs;

/// <summary>One command in a container that is there for nothing else, straight through Incus.</summary>
internal sealed class CommandRun(Surroundings surroundings, StartedSession started, IReadOnlyList<string> command, TimeSpan? timeout)
{
    private const int TimedOut = 124, BrokenPipe = 141;
    private const string Name = "coi-run";

    // A command on a terminal that Incus loses sight of may run all the same: the directory tells, so that none runs twice.
    private const string OnceScript = """
        mkdir "$TMUX_TMPDIR/run-begun" 2>/dev/null || exit 213

        """;

    // The pipe is what keeps the machine alive (Slots/session.sh).
    private const string KeepAlive = """
        exec 9>"$TMUX_TMPDIR/run"

        """;

    private const string Script = """
        echo begun >&9
        [ ! -r /etc/coi/certificates.sh ] || . /etc/coi/certificates.sh
        unset TMUX_TMPDIR
        # One word with blanks in it that is no program is a line of shell.
        if [ $# = 1 ] && ! command -v -- "$1" >/dev/null; then
            case $1 in *[[:space:]]*) set -- bash -c "$1" ;; esac
        fi
        "$@" 9>&-
        """;

    /// <summary>Joins the command's streams with ours; on a terminal it gets a terminal.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StreamAsync(Interruption interruption)
    {
        await surroundings.Out.FlushAsync();
        if (surroundings is { InIsTerminal: true, OutIsTerminal: true }) return await OnTerminalAsync();
        await using var input = Console.OpenStandardInput();
        await using var output = new DescriptorOutput(1);
        await using var error = new DescriptorOutput(2);
        return await RunAsync(input, output, error, interruption) ?? TimedOut;
    }

    /// <summary>Prints what the command wrote when it has ended.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> CaptureAsync(string format, Interruption interruption)
    {
        await using var input = Console.OpenStandardInput();
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var code = await RunAsync(input, output, error, interruption);
        if (format == "raw")
        {
            await using var raw = Console.OpenStandardOutput();
            await raw.WriteAsync(output.ToArray());
        }
        else
        {
            Render(code, output, error);
        }

        return code ?? TimedOut;
    }

    // Null: the time was up.
    private async Task<int?> RunAsync(Stream input, Stream output, Stream error, Interruption interruption)
    {
        using var inside = new Inside(started.Attach);
        for (var attempt = 1; ; attempt++)
        {
            var streams = new JoinedStreams(input, output, error);
            try
            {
                var request = Request(inside, streams.Shell(Name, KeepAlive, "", Script, command), null);
                if (await streams.RunAsync(inside.Incus, started.Container, request, interruption.Token) is { } code) return code;
                if (attempt == CommandEnds.Attempts) throw Lost();
            }
            catch (IncusException e) when (e.WasLost && !streams.Begun && attempt < CommandEnds.Attempts)
            {
                // It waits in vain for the word to begin, and ends; started again.
            }
            catch (IncusException e) when (CommandEnds.ExitCodeIn(e) is { } code)
            {
                return code;
            }
            catch (IncusTimeoutException e) when (e.Deadline == timeout)
            {
                SayTimeIsUp();
                return null;
            }
            catch (OperationCanceledException) when (interruption.Came)
            {
                return interruption.ExitCode;
            }
            catch (IOException)
            {
                return BrokenPipe; // whoever read our output has gone
            }
        }
    }

    private async Task<int> OnTerminalAsync()
    {
        using var inside = new Inside(started.Attach);
        using var bridge = new TerminalBridge();
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["TERM"] = TerminalNames.Sanitise(surroundings.Variable("TERM")) };
        for (var attempt = 1; ; attempt++)
        {
            var end = await bridge.RunAsync(inside.Incus, started.Container, Request(inside, ["sh", "-c", OnceScript + KeepAlive + Script, Name, .. command], variables));
            if (end.WasLost && attempt < CommandEnds.Attempts) continue;
            if (end.ExitCode == CommandEnds.NotBegun && attempt > 1) throw Lost();
            if (end.TimedOut)
            {
                SayTimeIsUp();
                return TimedOut;
            }

            if (end.Signal != 0) return ExitCodes.Signalled + end.Signal;
            return end.ExitCode ?? ExitCodes.Failure;
        }
    }

    private void SayTimeIsUp() => new Talk(surroundings).Say($"The command was killed: its {timeout?.TotalSeconds:0} s were up");

    private ExecRequest Request(Inside inside, IReadOnlyList<string> line, Dictionary<string, string>? variables) =>
        inside.Request(line, variables) with { Timeout = timeout };

    private ProblemException Lost() => new(new Problem(
        "run.lost", $"Incus lost sight of '{command[0]}' when it began; it may have run, and is not run twice", "see what it may have done, then run it again"));

    private void Render(int? code, MemoryStream output, MemoryStream error)
    {
        using var text = new JsonText(surroundings.Out);
        var json = text.Writer;
        json.WriteStartObject();
        json.WriteString("container", started.Container);
        json.WriteNumber("exit_code", code ?? TimedOut);
        json.WriteString("stderr", Encoding.UTF8.GetString(error.ToArray()));
        json.WriteString("stdout", Encoding.UTF8.GetString(output.ToArray()));
        json.WriteBoolean("timed_out", code is null);
        json.WriteEndObject();
    }
}
