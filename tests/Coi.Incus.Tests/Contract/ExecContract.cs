using System.Text;

namespace Coi.Incus.Tests.Contract;

/// <summary>What holds for commands without a terminal, with the fake as with the real Incus.</summary>
public abstract class ExecContract(IncusWorld world)
{
    private const int Limit = 120_000;

    private ExecApi Exec => world.Client.Exec;

    [Fact(Timeout = Limit)]
    public async Task Streams_come_apart_and_the_exit_code_is_the_commands()
    {
        var result = await CaptureAsync("sh", "-c", "echo out; echo err >&2; exit 7");

        Assert.Equal((7, "out\n", "err\n"), (result.ExitCode, result.StdoutText, result.StderrText));
        Assert.False(result.Succeeded);
    }

    [Fact(Timeout = Limit)]
    public async Task Environment_directory_and_user_are_those_asked_for()
    {
        var name = await world.RunningAsync();
        var request = new ExecRequest
        {
            Command = ["sh", "-c", "printenv COI_X; pwd; id -u; id -g"],
            Environment = new Dictionary<string, string> { ["COI_X"] = "ünïcode $HOME 'x'" },
            Cwd = "/tmp",
            User = 1234,
            Group = 4321,
        };

        var result = await Exec.CaptureAsync(name, request);

        Assert.Equal("ünïcode $HOME 'x'\n/tmp\n1234\n4321\n", result.StdoutText);
    }

    [Fact(Timeout = Limit)]
    public async Task Standard_input_reaches_the_command_and_ends()
    {
        var name = await world.RunningAsync();

        var fed = await Exec.CaptureAsync(name, new ExecRequest { Command = ["cat"] }, "hello"u8.ToArray());
        var empty = await Exec.CaptureAsync(name, new ExecRequest { Command = ["cat"] });

        Assert.Equal("hello", fed.StdoutText);
        Assert.Equal((0, ""), (empty.ExitCode, empty.StdoutText));
    }

    [Fact(Timeout = Limit)]
    public async Task A_hundred_megabytes_come_back_unchanged()
    {
        var name = await world.RunningAsync();
        var data = new byte[100_000_000];
        new Random(7).NextBytes(data);
        using var output = new MemoryStream(data.Length);

        var code = await Exec.RunAsync(name, new ExecRequest { Command = ["cat"] }, new ExecStreams(new MemoryStream(data), output));

        Assert.Equal(0, code);
        Assert.True(output.GetBuffer().AsSpan(0, (int)output.Length).SequenceEqual(data));
    }

    [Fact(Timeout = Limit)]
    public async Task A_command_may_end_without_reading_its_input()
    {
        var name = await world.RunningAsync();

        var code = await Exec.RunAsync(
            name, new ExecRequest { Command = ["true"] }, new ExecStreams(new MemoryStream(new byte[20_000_000])));

        Assert.Equal(0, code);
    }

    [Fact(Timeout = Limit)]
    public async Task An_input_that_never_ends_does_not_hold_up_the_end()
    {
        var name = await world.RunningAsync();

        var code = await Exec.RunAsync(name, new ExecRequest { Command = ["true"] }, new ExecStreams(new EndlessStream()));

        Assert.Equal(0, code);
    }

    [Fact(Timeout = Limit)]
    public async Task An_input_that_fails_ends_the_command_with_its_error()
    {
        var name = await world.RunningAsync();

        await Assert.ThrowsAsync<InvalidDataException>(() => Exec.RunAsync(
            name, new ExecRequest { Command = ["sleep", "1000"] }, new ExecStreams(new FailingStream())));
    }

    [Fact(Timeout = Limit)]
    public async Task An_output_that_cannot_be_written_ends_the_command_with_its_error()
    {
        var name = await world.RunningAsync();

        await Assert.ThrowsAsync<InvalidDataException>(() => Exec.RunAsync(
            name, new ExecRequest { Command = ["sh", "-c", "echo x; sleep 1000"] }, new ExecStreams(null, new FailingStream())));
    }

    [Fact(Timeout = Limit)]
    public async Task A_program_that_does_not_exist_is_Incus_error()
    {
        var error = await Assert.ThrowsAsync<IncusException>(() => CaptureAsync("/no/such/program"));

        Assert.Equal("Command not found", error.ErrorText);
        Assert.Contains("/no/such/program", error.Message);
    }

    [Fact(Timeout = Limit)]
    public async Task A_command_ended_by_a_signal_has_128_plus_its_number()
    {
        Assert.Equal(137, (await CaptureAsync("sh", "-c", "kill -9 $$")).ExitCode);
    }

    [Fact(Timeout = Limit)]
    public async Task A_deadline_kills_the_command_and_names_it()
    {
        var name = await world.RunningAsync();

        var error = await Assert.ThrowsAsync<IncusTimeoutException>(() => Exec.CaptureAsync(
            name, new ExecRequest { Command = ["sleep", "1000"], Timeout = TimeSpan.FromSeconds(0.5) }));

        Assert.Equal($"finish sleep in instance {name}", error.Step);
    }

    [Fact(Timeout = Limit)]
    public async Task Cancelling_ends_the_wait()
    {
        var name = await world.RunningAsync();
        using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(0.5));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Exec.CaptureAsync(
            name, new ExecRequest { Command = ["sleep", "1000"] }, cancellationToken: cancel.Token));
    }

    [Fact(Timeout = Limit)]
    public async Task Nothing_runs_in_what_is_stopped_or_absent()
    {
        var name = await world.CreateAsync();

        var stopped = await Assert.ThrowsAsync<IncusException>(() => Exec.CaptureAsync(name, new ExecRequest { Command = ["true"] }));
        var absent = await Assert.ThrowsAsync<IncusException>(() => Exec.CaptureAsync("no-such-instance", new ExecRequest { Command = ["true"] }));

        Assert.Equal((400, "Instance is not running"), (stopped.StatusCode, stopped.ErrorText));
        Assert.True(absent.IsNotFound);
    }

    [Fact(Timeout = Limit)]
    public async Task Many_commands_run_side_by_side()
    {
        var name = await world.RunningAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Exec.CaptureAsync(
            name, new ExecRequest { Command = ["cat"] }, Encoding.UTF8.GetBytes($"{i}"))));

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), results.Select(result => result.StdoutText));
    }

    [Fact(Timeout = Limit)]
    public async Task A_command_ends_when_its_instance_is_stopped()
    {
        var name = await world.CreateAsync(start: true);
        using var output = new FirstByteStream();
        var running = Exec.RunAsync(
            name, new ExecRequest { Command = ["sh", "-c", "echo x; sleep 1000"] }, new ExecStreams(null, output));
        await output.First;

        await world.Client.Instances.StopAsync(name, TimeSpan.Zero, force: true);

        Assert.NotEqual(0, await running);
    }

    [Fact(Timeout = Limit)]
    public async Task A_command_is_killed_when_its_caller_has_what_it_wanted()
    {
        var name = await world.RunningAsync();
        using var output = new FirstByteStream();
        var running = Exec.RunAsync(name, new ExecRequest { Command = ["sh", "-c", "echo x; exec sleep 1000"] }, new ExecStreams(null, output), output.First);

        Assert.Equal(137, await running);

        Assert.Equal(3, await Exec.RunAsync(name, new ExecRequest { Command = ["sh", "-c", "exit 3"] }, new ExecStreams(), new TaskCompletionSource().Task));
    }

    private async Task<ExecResult> CaptureAsync(params string[] command) =>
        await Exec.CaptureAsync(await world.RunningAsync(), new ExecRequest { Command = command });
}

public sealed class FakeExecSpecs(FakeWorld world) : ExecContract(world), IClassFixture<FakeWorld>;

[Collection(RealIncusGroup.Name)]
public sealed class RealExecSpecs(RealIncus world) : ExecContract(world), IClassFixture<RealIncus>;
