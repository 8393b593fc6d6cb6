using System.Diagnostics;
using Coi.Cli.Tests.Terminals;
using Coi.Contracts;
using Xunit;

namespace Coi.Cli.Tests.Daemons;

public sealed class DaemonStartSpecs : IAsyncLifetime
{
    private readonly Caller _caller = new();
    private string Starts => Path.Combine(_caller.Home, "starts");

    public Task InitializeAsync()
    {
        _caller.Environment["COI_DAEMON"] = Path.Combine(AppContext.BaseDirectory, "standin-coid");
        _caller.Environment["STANDIN_STARTS"] = Starts;
        foreach (var name in new[] { "DOTNET_ROOT", "HOME" })
        {
            if (Environment.GetEnvironmentVariable(name) is { } value) _caller.Environment[name] = value;
        }

        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _caller.RunAsync("daemon", "stop");
        _caller.Dispose();
    }

    [Fact]
    public async Task Twenty_programs_at_once_start_one_daemon()
    {
        var runs = Enumerable.Range(0, 20).Select(_ => Program.RunAsync(_caller, "list")).ToList();
        foreach (var said in await Task.WhenAll(runs))
        {
            Assert.Equal("", said.Error);
            Assert.Equal(0, said.ExitCode);
            Assert.Contains("(none)", said.Out, StringComparison.Ordinal);
        }

        Assert.Single(await File.ReadAllLinesAsync(Starts));
    }

    [Fact]
    public async Task The_daemon_lives_in_a_session_of_its_own_with_nothing_of_ours()
    {
        Assert.Equal(0, (await Program.RunAsync(_caller, "daemon", "start")).ExitCode);
        var pid = (await File.ReadAllLinesAsync(Starts))[0];
        var afterName = (await File.ReadAllTextAsync($"/proc/{pid}/stat")).Split(") ")[1].Split(' ');
        Assert.Equal(pid, afterName[3]); // its session
        Assert.Equal("0", afterName[4]); // no terminal
        Assert.Equal("/", new FileInfo($"/proc/{pid}/cwd").LinkTarget);
        Assert.Equal("/dev/null", new FileInfo($"/proc/{pid}/fd/0").LinkTarget);
        Assert.EndsWith("coid-start.log", new FileInfo($"/proc/{pid}/fd/2").LinkTarget, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_waits_until_the_process_has_ended()
    {
        Assert.Equal("", (await Program.RunAsync(_caller, "daemon", "start")).Error);
        var pid = (await File.ReadAllLinesAsync(Starts))[0];
        var said = await Program.RunAsync(_caller, "daemon", "stop");
        Assert.Equal(0, said.ExitCode);
        Assert.Contains($"(process {pid})", said.Out, StringComparison.Ordinal);
        Assert.True(!Directory.Exists($"/proc/{pid}") || (await File.ReadAllTextAsync($"/proc/{pid}/stat")).Contains(") Z ", StringComparison.Ordinal));
        Assert.Equal("coid is not running\n", (await _caller.RunAsync("daemon", "stop")).Out);
    }

    [Fact]
    public async Task What_keeps_the_daemon_from_starting_is_our_error()
    {
        _caller.Environment["STANDIN_MODE"] = "refuses";
        var said = await _caller.RunAsync("list");
        Assert.Equal(new Said(1, "", "error: Incus is not installed\nhint: apt-get install incus\n"), said);
    }

    [Fact]
    public async Task A_daemon_that_crashes_at_its_start_is_quoted()
    {
        _caller.Environment["STANDIN_MODE"] = "crashes";
        var said = await _caller.RunAsync("list");
        Assert.Equal(1, said.ExitCode);
        Assert.Contains("error: coid ended before it was ready (exit code 134): Unhandled exception: the journal is not a database\n", said.Error, StringComparison.Ordinal);
        Assert.Contains("coid-start.log", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_daemon_that_is_not_there_is_said_to_be_missing()
    {
        _caller.Environment["COI_DAEMON"] = "/does/not/exist/coid";
        var said = await _caller.RunAsync("list");
        Assert.Equal(1, said.ExitCode);
        Assert.Contains("COI_DAEMON names /does/not/exist/coid, which does not exist", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_home_that_cannot_be_written_is_said_to_be_so()
    {
        _caller.Environment["COI_SOCKET"] = "/proc/coi/coid.sock";
        var said = await _caller.RunAsync("list");
        Assert.Equal(1, said.ExitCode);
        Assert.StartsWith("error: cannot create /proc/coi", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_socket_path_that_is_too_long_is_said_to_be_so()
    {
        _caller.Environment["COI_SOCKET"] = "/tmp/" + new string('x', 120);
        var said = await _caller.RunAsync("list");
        Assert.Contains("has 125 bytes, but a Unix socket may have no more than 107", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_whose_starter_was_killed_is_waited_for_and_not_fought()
    {
        var gate = Path.Combine(_caller.Home, "go");
        _caller.Environment["STANDIN_DELAY"] = gate;
        using (var killed = Program.Start(_caller, Program.File, ["list"], []))
        {
            await Eventually.TrueAsync("the daemon has been started", () => File.Exists(_caller.Socket + ".lock"));
            killed.Kill();
            await killed.WaitForExitAsync();
        }

        var waiting = _caller.RunAsync("list");
        await Eventually.TrueAsync("a second one was started and has refused", () => File.ReadAllLines(Starts).Length == 2);
        await File.WriteAllTextAsync(gate, "");
        var said = await waiting;
        Assert.Equal("", said.Error);
        Assert.Equal(0, said.ExitCode);
    }

    [Fact]
    public async Task A_daemon_that_has_ended_between_two_requests_is_started_again()
    {
        using var output = new StringWriter();
        using var daemon = Coi.Cli.Daemons.Daemon.Of(_caller.Surroundings(output, output));
        var first = await daemon.GetAsync("v1/status", "testing", ContractsJson.Default.DaemonStatus, CancellationToken.None);
        await _caller.RunAsync("daemon", "stop");
        var second = await daemon.GetAsync("v1/status", "testing", ContractsJson.Default.DaemonStatus, CancellationToken.None);
        Assert.NotEqual(first.Pid, second.Pid);
    }

    [Fact]
    public async Task An_older_daemon_is_replaced_and_the_request_repeated()
    {
        await using var older = new OlderDaemon(_caller);
        await older.StartAsync();
        var said = await _caller.RunAsync("list");
        Assert.Equal(0, said.ExitCode);
        Assert.Contains("(none)", said.Out, StringComparison.Ordinal);
        Assert.Contains("coid is older than coi: replacing it", said.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await File.ReadAllLinesAsync(Starts)).Length);
        Assert.True(older.HasEnded);
    }

    /// <summary>A stand-in in a process of its own that calls itself older.</summary>
    private sealed class OlderDaemon(Caller caller) : IAsyncDisposable
    {
        private Process? _process;

        public bool HasEnded => _process!.WaitForExit(0);

        public async Task StartAsync()
        {
            Directory.CreateDirectory(Path.GetDirectoryName(caller.Socket)!);
            _process = Program.Start(caller, caller.Environment["COI_DAEMON"], [], new() { ["STANDIN_MODE"] = "older", ["COI_SOCKET"] = caller.Socket });
            Assert.Equal("ready", await _process.StandardOutput.ReadLineAsync());
        }

        public async ValueTask DisposeAsync()
        {
            if (_process is null) return;
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
    }
}
