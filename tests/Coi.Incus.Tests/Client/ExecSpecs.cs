using Coi.FakeIncus;
using Coi.Incus.Tests.Contract;

namespace Coi.Incus.Tests.Client;

public sealed class ExecSpecs : FakeServer
{
    private static readonly string[] Sleep = ["sh", "-c", "echo x; sleep 1000"];

    [Fact(Timeout = Limit)]
    public async Task Lost_sockets_end_the_command_with_an_error()
    {
        await Client.Instances.CreateAsync(Describe("a", start: true));
        using var output = new FirstByteStream();
        var running = Client.Exec.RunAsync("a", new ExecRequest { Command = Sleep }, new ExecStreams(null, output));
        await output.First;

        Server.DropWebSockets("/websocket");

        var error = await Assert.ThrowsAsync<IncusException>(() => running);
        Assert.Contains("broke off before the output was complete", error.Message);
    }

    [Fact(Timeout = Limit)]
    public async Task A_command_one_of_whose_sockets_is_refused_has_not_begun_and_is_asked_for_anew()
    {
        await Client.Instances.CreateAsync(Describe("a", start: true));
        var begun = 0;
        Server.OnExec((_, _, _) => Interlocked.Increment(ref begun) > 0 ? FakeExecResult.Of(3, "once", "") : null);
        Server.Faults.Fail("GET", "/1.0/operations/.*/websocket", 500, "Timed out waiting for websockets to connect", times: 1, after: 1);

        var result = await Client.Exec.CaptureAsync("a", new ExecRequest { Command = ["true"] });

        Assert.Equal((3, "once", 1), (result.ExitCode, result.StdoutText, begun));
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_dies_ends_a_terminal()
    {
        await Client.Instances.CreateAsync(Describe("a", start: true));
        await using var terminal = await Client.Exec.OpenTerminalAsync("a", new ExecRequest { Command = Sleep }, 80, 24);
        Assert.True(await terminal.ReadAsync(new byte[16]) > 0);

        await Server.KillAsync();

        Assert.Equal(0, await terminal.ReadAsync(new byte[16]));
        await Assert.ThrowsAsync<IncusUnavailableException>(() => terminal.ExitCode);
    }

    [Fact(Timeout = Limit)]
    public async Task An_instance_that_powers_off_ends_a_terminal()
    {
        await Client.Instances.CreateAsync(Describe("a", start: true));
        await using var terminal = await Client.Exec.OpenTerminalAsync("a", new ExecRequest { Command = Sleep }, 80, 24);
        Assert.True(await terminal.ReadAsync(new byte[16]) > 0);

        await Server.StopInstanceFromInsideAsync("a");

        Assert.Equal(0, await terminal.ReadAsync(new byte[16]));
        Assert.Equal(137, await terminal.ExitCode);
    }

    [Fact(Timeout = Limit)]
    public async Task A_script_answers_for_the_inside()
    {
        await Client.Instances.CreateAsync(Describe("a", start: true));
        Server.OnExec((instance, command, environment) => command is ["tmux", ..]
            ? FakeExecResult.Of(3, $"{instance} {string.Join(' ', command)} {environment["X"]}", "oops")
            : null);

        var result = await Client.Exec.CaptureAsync("a", new ExecRequest
        {
            Command = ["tmux", "has-session"],
            Environment = new Dictionary<string, string> { ["X"] = "y" },
        });

        Assert.Equal((3, "a tmux has-session y", "oops"), (result.ExitCode, result.StdoutText, result.StderrText));
        Assert.True((await Client.Exec.CaptureAsync("a", new ExecRequest { Command = ["true"] })).Succeeded);
    }

    [Fact(Timeout = Limit)]
    public async Task A_new_size_and_signals_reach_the_command()
    {
        await Client.Instances.CreateAsync(Describe("a", start: true));
        FakeExec? seen = null;
        Server.OnExec(async exec =>
        {
            seen = exec;
            await exec.WriteLineAsync("ready");
            return await exec.Signals.ReadAsync();
        });
        await using var terminal = await Client.Exec.OpenTerminalAsync("a", new ExecRequest { Command = ["x"] }, 80, 24);
        Assert.True(await terminal.ReadAsync(new byte[16]) > 0);

        await terminal.ResizeAsync(120, 40);
        await terminal.SignalAsync(10);

        Assert.Equal(0, await terminal.ReadAsync(new byte[16]));
        Assert.Equal(10, await terminal.ExitCode);
        Assert.Equal((120, 40), (seen!.Columns, seen.Rows));
    }

    [Fact(Timeout = Limit)]
    public async Task Requests_have_the_form_that_Incus_documents()
    {
        await Client.Instances.CreateAsync(Describe("a", start: true));

        await Client.Exec.CaptureAsync("a", new ExecRequest { Command = ["true"], User = 5, Cwd = "/tmp" });

        Assert.Equal(
            """{"name":"a","source":{"type":"image","alias":"base"},"config":{},"devices":{},"profiles":["default"],"ephemeral":false,"start":true,"type":"container"}""",
            Server.RequestLog.First(request => request.Path == "/1.0/instances").Body);
        Assert.Equal(
            """{"command":["true"],"environment":{},"interactive":false,"user":5,"group":0,"cwd":"/tmp","wait-for-websocket":true,"record-output":false}""",
            Server.RequestLog.First(request => request.Path == "/1.0/instances/a/exec").Body);
    }

    [Fact(Timeout = Limit)]
    public async Task A_command_needs_a_name()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Client.Exec.CaptureAsync("a", new ExecRequest { Command = [] }));
        await Assert.ThrowsAsync<ArgumentException>(() => Client.Exec.OpenTerminalAsync("a", new ExecRequest { Command = [] }, 80, 24));
    }
}
