using System.Text.Json;
using Coi.Cli.Sessions;
using Coi.Cli.StandIn;
using Coi.Contracts;
using Xunit;

namespace Coi.Cli.Tests.Sessions;

public sealed class SessionSpecs : IAsyncLifetime
{
    private readonly DaemonFixture _daemon = new();

    private Caller Caller => _daemon.Caller;

    public async Task InitializeAsync()
    {
        await _daemon.StartAsync();
        var started = new StartedSession
        {
            SessionId = "2f6c",
            Container = "coi-a-1",
            Slot = 1,
            Workspace = Caller.Home,
            Tool = "claude",
            Persistent = false,
            Resumed = false,
            Image = "coi",
            Network = "restricted",
            Notices = ["Auto-allocated slot 1"],
            Attach = DaemonFixture.Target("coi-a-1", "/nowhere"),
        };
        _daemon.Answers("POST /v1/sessions", started, ContractsJson.Default.StartedSession, new StreamLine { Progress = new Progress("start", "Starting coi-a-1") });
    }

    public Task DisposeAsync() => _daemon.DisposeAsync().AsTask();

    [Fact]
    public async Task In_the_background_the_name_is_the_data_and_all_else_is_talk()
    {
        var said = await Caller.RunAsync("--background");
        Assert.Equal(0, said.ExitCode);
        Assert.Equal("coi-a-1\n", said.Out);
        foreach (var part in new[] { "Auto-allocated slot 1\n", "Session ID: 2f6c\n", "Container name: coi-a-1\n", "Container: coi-a-1\n", "Slot: 1, ephemeral\n", $"Workspace: {Caller.Home}\n", "Mode: Background (tmux)\n", "coi tmux capture coi-a-1", "coi tmux send coi-a-1" })
            Assert.Contains(part, said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_flag_reaches_the_daemon()
    {
        Caller.Environment["FROM_HERE"] = "a,b = c";
        Caller.Environment["COI_CONTAINER_PREFIX"] = "x-";
        Caller.Environment["XDG_CONFIG_HOME"] = "/etc/mine";
        Caller.Environment["SECRET"] = "not for the daemon";
        Directory.CreateDirectory(Path.Combine(Caller.Home, "project"));
        await Caller.RunAsync(
            "shell", "--background", "--debug", "-w", "project/../project/", "--slot=3", "--image", "web", "--persistent", "--resume=1", "--continue=2f6c",
            "--profile", "rust", "--network=open", "-e", "FROM_HERE", "--env", "K=v=w", "-e", "K=last", "--env=EMPTY=");
        var request = Request();
        Assert.Equal(Path.Combine(Caller.Home, "project"), request.Workspace);
        Assert.Equal((3, "web", true, "2f6c", "rust", "open", true), (request.Slot, request.Image, request.Persistent, request.Resume, request.Profile, request.Network, request.Debug));
        Assert.Equal([new("FROM_HERE", "a,b = c"), new("K", "last"), new EnvironmentVariable("EMPTY", "")], request.Environment);
        Assert.Equal("x-", request.Client.Environment["COI_CONTAINER_PREFIX"]);
        Assert.Equal("/etc/mine", request.Client.Environment["XDG_CONFIG_HOME"]);
        Assert.DoesNotContain("SECRET", request.Client.Environment.Keys);
    }

    [Theory]
    [InlineData("shell --background", null, null)]
    [InlineData("shell --background --resume", "auto", null)]
    [InlineData("shell --background --continue", "auto", null)]
    [InlineData("--resume --background", "auto", null)]
    [InlineData("shell --background --persistent=false", null, false)]
    public async Task What_is_not_said_is_left_to_the_configuration(string line, string? resume, bool? persistent)
    {
        await Caller.RunAsync(line.Split(' '));
        var request = Request();
        Assert.Equal((resume, persistent, 0, null, null), (request.Resume, request.Persistent, request.Slot, request.Image, request.Network));
        Assert.Equal(Caller.Home, request.Workspace);
    }

    [Fact]
    public async Task Attach_without_a_name_takes_this_directory_first_and_then_the_only_one()
    {
        _daemon.Lists(DaemonFixture.Container("coi-a-1", 1, "/elsewhere"), DaemonFixture.Container("coi-b-1", 1, Caller.Home));
        Assert.Equal("coi-b-1", await AskedForAsync("attach"));
        _daemon.Lists(DaemonFixture.Container("coi-a-1", 1, "/elsewhere"), DaemonFixture.Container("coi-b-1", 1, Caller.Home, "Stopped"));
        Assert.Equal("coi-a-1", await AskedForAsync("attach"));
        _daemon.Lists(DaemonFixture.Container("coi-b-1", 1, Caller.Home), DaemonFixture.Container("coi-b-2", 2, Caller.Home));
        Assert.Equal("coi-b-2", await AskedForAsync("attach", "--slot=2"));
    }

    [Fact]
    public async Task Attach_says_when_there_is_nothing_or_too_much_to_choose_from()
    {
        _daemon.Lists();
        Assert.Equal(new Said(0, "No active sessions\n", ""), await Caller.RunAsync("attach"));
        _daemon.Lists(DaemonFixture.Container("coi-a-1", 1, "/elsewhere"), DaemonFixture.Container("coi-b-1", 1, "/other"));
        var said = await Caller.RunAsync("attach");
        Assert.Equal(0, said.ExitCode);
        Assert.StartsWith("Active sessions:\n  1. coi-a-1", said.Out, StringComparison.Ordinal);
        Assert.Contains("coi attach", said.Out, StringComparison.Ordinal);
        var slot = await Caller.RunAsync("attach", "--slot", "9");
        Assert.Equal(1, slot.ExitCode);
        Assert.Contains("not found or not running", slot.Error, StringComparison.Ordinal);
        var name = await Caller.RunAsync("attach", "coi-x-1");
        Assert.Equal(1, name.ExitCode);
        Assert.Contains("error: container 'coi-x-1' not found or not running", name.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2", "coi-b-1")]
    [InlineData("coi-a-1", "coi-a-1")]
    [InlineData("3", null)]
    [InlineData("", null)]
    public async Task On_a_terminal_one_may_choose_by_number_or_name(string answer, string? chosen)
    {
        _daemon.Lists(DaemonFixture.Container("coi-a-1", 1, "/elsewhere"), DaemonFixture.Container("coi-b-1", 1, "/other"));
        Caller.OnTerminal = true;
        Caller.Input = answer + "\n";
        var said = await Caller.RunAsync("attach");
        if (chosen is null) Assert.EndsWith("Cancelled.\n", said.Out, StringComparison.Ordinal);
        else Assert.Contains($"container '{chosen}' not found or not running", said.Error, StringComparison.Ordinal); // the stand-in knows no such container
    }

    [Theory]
    [InlineData("running", true, "Detached. The session goes on in x.", "coi attach x")]
    [InlineData("idle", true, "container x still runs", "coi attach --bash x")]
    [InlineData("kept", true, "The session is saved; x is stopped and kept.", "coi shell --resume=2f6c")]
    [InlineData("removed", true, "The session is saved; x is removed.", "coi shell --resume=2f6c")]
    [InlineData("removed", false, "The session has ended; x is removed.", "nothing was said in it")]
    public void What_became_of_a_session_is_said_with_the_way_on(string state, bool saved, string first, string way)
    {
        var lines = OutcomeText.Describe(new SessionOutcome(state, "x", "2f6c", saved));
        Assert.Contains(first, lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains(way, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("tmux send coi-x-1 hello", "container 'coi-x-1' is not running: it was not found")]
    [InlineData("tmux capture coi-x-1", "container 'coi-x-1' is not running: it was not found")]
    public async Task Talking_to_a_container_that_is_not_there_fails(string line, string error)
    {
        await using var incus = await StandInServer.StartAsync(Path.Combine(Caller.Home, "incus.sock")); // it knows nothing, and says so
        _daemon.Says("GET /v1/incus", new IncusPlace(incus.Socket, "default"), ContractsJson.Default.IncusPlace);
        var said = await Caller.RunAsync(line.Split(' '));
        Assert.Equal(1, said.ExitCode);
        Assert.StartsWith("error: " + error, said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_container_that_is_stopped_is_said_not_to_run()
    {
        _daemon.Says("GET /v1/containers/coi-a-1/attach", DaemonFixture.Target("coi-a-1", "/nowhere") with { Running = false }, ContractsJson.Default.AttachTarget);
        var said = await Caller.RunAsync("tmux", "send", "coi-a-1", "hello");
        Assert.Equal(1, said.ExitCode);
        Assert.Contains("is not running", said.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await Caller.RunAsync("attach", "coi-a-1")).ExitCode);
    }

    private StartSessionRequest Request() => JsonSerializer.Deserialize(
        _daemon.Server.Requests.Last(seen => seen.Path == "/v1/sessions").Body, ContractsJson.Default.StartSessionRequest)!;

    private async Task<string> AskedForAsync(params string[] arguments)
    {
        await Caller.RunAsync(arguments);
        return _daemon.Server.Requests.Last(seen => seen.Path.StartsWith("/v1/containers/", StringComparison.Ordinal)).Path.Split('/')[3];
    }
}
