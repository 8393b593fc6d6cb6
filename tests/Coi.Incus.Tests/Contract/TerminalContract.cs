using System.Text;

namespace Coi.Incus.Tests.Contract;

/// <summary>What holds for terminals, with the fake as with the real Incus.</summary>
public abstract class TerminalContract(IncusWorld world)
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task Output_is_complete_before_the_exit_code_comes()
    {
        await using var terminal = await OpenAsync("sh", "-c", "stty size; echo done; exit 3");

        var text = await ReadToEndAsync(terminal);

        Assert.Contains("31 99", text);
        Assert.Contains("done", text);
        Assert.Equal(3, await terminal.ExitCode);
        Assert.Equal(0, await terminal.ReadAsync(new byte[16]));
    }

    [Fact(Timeout = Limit)]
    public async Task A_new_size_reaches_the_terminal()
    {
        await using var terminal = await OpenAsync("cat");
        await terminal.ResizeAsync(55, 22);

        // What is typed comes back, which proves that the command reads from the terminal.
        await terminal.WriteAsync("typed\r"u8.ToArray());
        Assert.Contains("typed", await ReadUntilAsync(terminal, "typed"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_signal_ends_the_command()
    {
        await using var terminal = await OpenAsync("sleep", "1000");

        await terminal.SignalAsync(9);

        await ReadToEndAsync(terminal);
        Assert.Equal(137, await terminal.ExitCode);
    }

    [Fact(Timeout = Limit)]
    public async Task It_ends_when_the_instance_is_stopped()
    {
        var name = await world.CreateAsync(start: true);
        await using var terminal = await world.Client.Exec.OpenTerminalAsync(name, new ExecRequest { Command = ["cat"] }, 80, 24);
        await terminal.WriteAsync("x\r"u8.ToArray());
        await ReadUntilAsync(terminal, "x");

        await world.Client.Instances.StopAsync(name, TimeSpan.Zero, force: true);

        await ReadToEndAsync(terminal);
        Assert.NotEqual(0, await terminal.ExitCode);
    }

    [Fact(Timeout = Limit)]
    public async Task Writing_after_the_end_says_so()
    {
        await using var terminal = await OpenAsync("true");
        await ReadToEndAsync(terminal);
        await terminal.ExitCode;

        var error = await Assert.ThrowsAsync<IncusException>(async () =>
        {
            // The first writes may still fit into the socket's buffer.
            for (var i = 0; i < 1000; i++) await terminal.WriteAsync(new byte[1024]);
        });
        Assert.Contains("already ended", error.Message);
    }

    [Fact(Timeout = Limit)]
    public async Task Closing_an_open_terminal_kills_its_command()
    {
        var name = await world.RunningAsync();
        var terminal = await world.Client.Exec.OpenTerminalAsync(name, new ExecRequest { Command = ["cat"] }, 80, 24);
        await terminal.WriteAsync("x\r"u8.ToArray());
        await ReadUntilAsync(terminal, "x");

        await terminal.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => terminal.ExitCode);
    }

    [Fact(Timeout = Limit)]
    public async Task A_program_that_does_not_exist_is_Incus_error()
    {
        await using var terminal = await OpenAsync("/no/such/program");

        await ReadToEndAsync(terminal);

        Assert.Equal("Command not found", (await Assert.ThrowsAsync<IncusException>(() => terminal.ExitCode)).ErrorText);
    }

    private async Task<TerminalSession> OpenAsync(params string[] command) => await world.Client.Exec.OpenTerminalAsync(
        await world.RunningAsync(),
        new ExecRequest { Command = command, Environment = new Dictionary<string, string> { ["TERM"] = "xterm" } }, 99, 31);

    private static Task<string> ReadToEndAsync(TerminalSession terminal) => ReadUntilAsync(terminal, null);

    private static async Task<string> ReadUntilAsync(TerminalSession terminal, string? mark)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        int count;
        while ((count = await terminal.ReadAsync(buffer)) > 0)
        {
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            if (mark is not null && text.ToString().Contains(mark, StringComparison.Ordinal)) break;
        }

        return text.ToString();
    }
}

public sealed class FakeTerminalSpecs(FakeWorld world) : TerminalContract(world), IClassFixture<FakeWorld>;

[Collection(RealIncusGroup.Name)]
public sealed class RealTerminalSpecs(RealIncus world) : TerminalContract(world), IClassFixture<RealIncus>;
