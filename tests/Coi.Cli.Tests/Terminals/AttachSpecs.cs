using System.Text;
using Coi.Cli.StandIn;
using Coi.Contracts;
using Xunit;

namespace Coi.Cli.Tests.Terminals;

/// <summary>The real program on a real terminal; what answers behind Incus' API is the test.</summary>
public sealed class AttachSpecs : IAsyncLifetime
{
    private const string Name = "coi-a-1";
    private readonly DaemonFixture _daemon = new();
    private StandInServer? _incus;
    private ExecEndpoint? _exec;
    private Pty? _pty;

    private Pty Terminal => _pty!;

    private ExecEndpoint Exec => _exec!;

    public async Task InitializeAsync()
    {
        await _daemon.StartAsync();
        var socket = Path.Combine(_daemon.Caller.Home, "incus.sock");
        _incus = await StandInServer.StartAsync(socket);
        _exec = new ExecEndpoint(_incus);
        _daemon.Containers(Name);
        _daemon.Says($"GET /v1/containers/{Name}/attach", DaemonFixture.Target(Name, socket), ContractsJson.Default.AttachTarget);
        Outcome("running");
    }

    public async Task DisposeAsync()
    {
        if (_pty is not null) await _pty.DisposeAsync();
        if (_incus is not null) await _incus.DisposeAsync();
        await _daemon.DisposeAsync();
    }

    [Fact]
    public async Task Bytes_pass_in_both_directions_as_they_are_and_the_terminal_comes_back_as_it_was()
    {
        await AttachAsync();
        await Exec.ShowAsync(Encoding.UTF8.GetBytes("\e[?1049h\e[2J\e[Hgrüße from inside\r\n"));
        await Eventually.TrueAsync("output is shown", () => Terminal.ScreenAsync().GetAwaiter().GetResult().Contains("grüße from inside", StringComparison.Ordinal));
        await Terminal.KeysAsync("-H", "03", "1a", "1c", "11", "13", "04", "0d", "ff", "c3", "a4", "7f", "1b");
        byte[] typed = [3, 0x1a, 0x1c, 0x11, 0x13, 4, 0x0d, 0xff, 0xc3, 0xa4, 0x7f, 0x1b];
        await Eventually.TrueAsync("every byte has come", () => Exec.Typed.Length >= typed.Length);
        Assert.Equal(typed, Exec.Typed);
        await Exec.ShowAsync(Encoding.UTF8.GetBytes("\e[?1049l[detached]\r\n"));
        await Exec.ExitAsync(0);
        Assert.Equal("0", await Terminal.FileAsync("rc"));
        await TerminalIsAsItWasAsync();
        var screen = await Terminal.ScreenAsync();
        Assert.Contains("Detached. The session goes on in coi-a-1.", screen, StringComparison.Ordinal);
        Assert.Contains("coi attach coi-a-1", screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_terminal_inside_is_tmux_as_the_user_with_the_size_of_ours_and_follows_it()
    {
        await AttachAsync();
        var post = _incus!.Requests.First(seen => seen.Method == "POST").Body;
        Assert.Contains("\"command\":[\"tmux\",\"-u\",\"attach-session\",\"-t\",\"=coi-coi-a-1\"]", post, StringComparison.Ordinal);
        foreach (var part in new[] { "\"user\":1234", "\"group\":1234", "\"cwd\":\"/workspace\"", "\"width\":100", "\"height\":30", "\"TERM\":\"xterm-256color\"", "\"HOME\":\"/home/code\"" })
            Assert.Contains(part, post, StringComparison.Ordinal);
        await Terminal.ResizeAsync(90, 20);
        await Eventually.TrueAsync("the new size is told", () => Exec.Control.Any(message =>
            message.Contains("window-resize", StringComparison.Ordinal)
            && message.Contains("\"width\":\"90\"", StringComparison.Ordinal) && message.Contains("\"height\":\"20\"", StringComparison.Ordinal)));
        await Exec.ExitAsync(0);
        await Terminal.FileAsync("rc");
    }

    [Theory]
    [InlineData("TERM", "143")]
    [InlineData("INT", "130")]
    [InlineData("HUP", "129")]
    [InlineData("QUIT", "131")]
    public async Task A_signal_gives_the_terminal_back_and_leaves_the_session_alone(string signal, string code)
    {
        await AttachAsync();
        await Exec.ShowAsync(Encoding.UTF8.GetBytes("\e[?1049h\e[?25l\e[?1000hfull screen"));
        await Eventually.TrueAsync("output is shown", () => Terminal.ScreenAsync().GetAwaiter().GetResult().Contains("full screen", StringComparison.Ordinal));
        await KillAsync(signal);
        Assert.Equal(code, await Terminal.FileAsync("rc"));
        await TerminalIsAsItWasAsync();
        var screen = await Terminal.ScreenAsync();
        Assert.DoesNotContain("full screen", screen, StringComparison.Ordinal);
        Assert.Contains("The session goes on in coi-a-1; come back: coi attach coi-a-1", screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_that_is_switched_off_gives_the_terminal_back_and_the_session_is_said_to_be_saved()
    {
        Outcome("removed");
        await AttachAsync();
        await Exec.ShowAsync(Encoding.UTF8.GetBytes("\e[?1049hfull screen"));
        await Exec.BreakAsync();
        Assert.Equal("0", await Terminal.FileAsync("rc"));
        await TerminalIsAsItWasAsync();
        var screen = await Terminal.ScreenAsync();
        Assert.Contains("The session is saved; coi-a-1 is removed.", screen, StringComparison.Ordinal);
        Assert.Contains("coi shell --resume=s-1", screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_is_not_there_is_a_failure_and_not_a_silent_success()
    {
        Outcome("idle");
        await AttachAsync();
        await Exec.ShowAsync(Encoding.UTF8.GetBytes("no sessions\r\n"));
        await Exec.ExitAsync(1);
        Assert.Equal("1", await Terminal.FileAsync("rc"));
        var screen = await Terminal.ScreenAsync();
        Assert.Contains("error: No tmux session in coi-a-1", screen, StringComparison.Ordinal);
        Assert.Contains("coi attach --bash coi-a-1", screen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stopped_and_continued_the_terminal_is_ours_and_then_theirs_again()
    {
        await AttachAsync();
        await KillAsync("TSTP");
        await Eventually.TrueAsync("it has stopped", () => State() == 'T');
        var told = Exec.Control.Count;
        await KillAsync("CONT");
        await Eventually.TrueAsync("the size is told again", () => Exec.Control.Count > told);
        await Terminal.KeysAsync("-H", "03");
        await Eventually.TrueAsync("keys are bytes again", () => Exec.Typed.Contains((byte)3));
        await Exec.ExitAsync(0);
        Assert.Equal("0", await Terminal.FileAsync("rc"));
        await TerminalIsAsItWasAsync();
    }

    [Fact]
    public async Task A_window_that_is_closed_ends_the_program_and_nothing_else()
    {
        await AttachAsync();
        var pid = await Terminal.FileAsync("pid");
        await Terminal.CloseAsync();
        await Eventually.TrueAsync("the program has ended", () => !Directory.Exists($"/proc/{pid}") || State() == 'Z');
        Assert.DoesNotContain(_daemon.Server.Requests, seen => seen.Method == "POST");
    }

    [Fact]
    public async Task What_is_typed_after_the_end_is_left_for_the_shell()
    {
        await AttachAsync();
        await Exec.ExitAsync(0);
        await Terminal.FileAsync("rc");
        await Terminal.KeysAsync("-l", "for the shell");
        await Terminal.KeysAsync("Enter");
        Assert.Equal("for the shell", await Terminal.FileAsync("line"));
        Assert.Empty(Exec.Typed);
    }

    private void Outcome(string state) => _daemon.Answers(
        $"GET /v1/containers/{Name}/outcome", new SessionOutcome(state, Name, "s-1", SessionSaved: true), ContractsJson.Default.SessionOutcome);

    private async Task AttachAsync()
    {
        var environment = new Dictionary<string, string>
        {
            ["COI_HOME"] = _daemon.Caller.Home,
            ["TERM"] = "tmux-256color",
            ["HERE"] = _daemon.Caller.Home,
            ["COI"] = Program.File,
        };
        const string script = """
            cd "$HERE"
            stty -g > before
            # The inner shell becomes the program: its pid is the program's.
            sh -c 'echo $$ > pid; exec "$COI" attach coi-a-1'
            echo $? > rc.new
            stty -g > after
            mv rc.new rc
            read -r line && echo "$line" > line.new && mv line.new line
            """;
        _pty = await Pty.StartAsync(_daemon.Caller.Home, environment, script);
        await Eventually.TrueAsync("it has attached", () => Exec.Attached.IsCompleted, async () => await Terminal.ScreenAsync());
        // Once it waits for keys in raw mode the terminal does not echo.
        await Exec.ShowAsync("ready\r\n"u8.ToArray());
        await Eventually.TrueAsync("output is shown", () => Terminal.ScreenAsync().GetAwaiter().GetResult().Contains("ready", StringComparison.Ordinal));
    }

    private async Task TerminalIsAsItWasAsync() => Assert.Equal(await Terminal.FileAsync("before"), await Terminal.FileAsync("after"));

    private async Task KillAsync(string signal)
    {
        using var kill = System.Diagnostics.Process.Start("/bin/sh", ["-c", $"kill -{signal} {await Terminal.FileAsync("pid")}"]);
        await kill.WaitForExitAsync();
    }

    private char State() => File.ReadAllText($"/proc/{File.ReadAllText(Path.Combine(_daemon.Caller.Home, "pid")).Trim()}/stat").Split(") ")[1][0];
}
