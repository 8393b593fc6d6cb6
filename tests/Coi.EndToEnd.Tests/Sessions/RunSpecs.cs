using System.Text.Json.Nodes;
using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Sessions;

/// <summary><c>coi run</c>: one command in a container of its own.</summary>
public sealed class RunSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task The_streams_are_the_commands_own_and_so_is_the_exit_code()
    {
        var outcome = await Coi.RunInAsync(Coi.Workspace, ["run", "--", "sh", "-c", "cat; echo wrong >&2; echo made >made.txt; exit 7"], input: "from outside\n");

        Assert.Equal((7, "from outside\n"), (outcome.ExitCode, outcome.Output));
        Assert.Contains("wrong", outcome.ErrorLines);
        Assert.Equal("made\n", await File.ReadAllTextAsync(Path.Combine(Coi.Workspace, "made.txt")));
        await Coi.NothingIsLeftAsync(seconds: 0);
    }

    [Fact]
    public async Task What_is_captured_comes_as_JSON()
    {
        var outcome = await Coi.RunAsync("run", "--capture", "-e", "WORDS=two words", "--", "sh", "-c", "echo \"$WORDS\"; pwd; echo bad >&2; exit 3");

        Assert.Equal(3, outcome.ExitCode);
        var json = JsonNode.Parse(outcome.Output)!;
        Assert.Equal(3, (int?)json["exit_code"]);
        Assert.Equal("two words\n/workspace\n", (string?)json["stdout"]);
        Assert.Equal("bad\n", (string?)json["stderr"]);
        Assert.False((bool?)json["timed_out"]);
        Assert.Equal("plain", (await Coi.RunAsync("run", "--capture", "--format=raw", "--", "printf", "plain")).Succeeded().Output);
    }

    [Fact]
    public async Task A_single_word_with_blanks_is_a_line_of_shell_unless_it_names_a_program()
    {
        var program = Path.Combine(Coi.Workspace, "a program");
        await File.WriteAllTextAsync(program, "#!/bin/sh\necho \"its own name, $# arguments\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var line = await Coi.RunAsync("run", "--format", "pretty", "echo \"one  two\" && exit 4");
        Assert.Equal((4, "one  two\n"), (line.ExitCode, line.Output));
        Assert.Equal("its own name, 0 arguments\n", (await Coi.RunAsync("run", "./a program")).Succeeded().Output);
        Assert.Equal(127, (await Coi.RunAsync("run", "no-such-program with arguments")).ExitCode);
        Assert.Equal(127, (await Coi.RunAsync("run", "--", "echo one", "two")).ExitCode);
    }

    [Fact]
    public async Task A_command_whose_time_is_up_is_killed()
    {
        var outcome = await Coi.RunAsync("run", "--timeout=2", "--", "sleep", "600");

        Assert.Equal(124, outcome.ExitCode);
        Assert.Contains(outcome.ErrorLines, line => line.Contains("2 s were up", StringComparison.Ordinal));
        await Coi.NothingIsLeftAsync(seconds: 0);
    }

    [Fact]
    public async Task On_a_terminal_too()
    {
        await using var terminal = await HostTerminal.OpenAsync(Coi);

        await terminal.RunCoiAsync("run --timeout=3 -- sh -c 'echo begun; sleep 600'");

        Assert.Contains("3 s were up", await terminal.ShowsAsync("exit=124", seconds: 60), StringComparison.Ordinal);
        await Coi.NothingIsLeftAsync(seconds: 0);
    }

    [Fact]
    public async Task What_cannot_be_run_says_so_and_leaves_nothing()
    {
        var tooLong = await Coi.RunAsync("run", "--timeout=9999999", "--", "true");
        Assert.Equal((2, true), (tooLong.ExitCode, tooLong.Error.Contains("at most 2147483", StringComparison.Ordinal)));
        Assert.Equal(127, (await Coi.RunAsync("run", "no-such-program")).ExitCode);
        Assert.Equal(126, (await Coi.RunAsync("run", "/workspace")).ExitCode);
        Assert.Equal(2, (await Coi.RunAsync("run")).ExitCode);
        Assert.Equal(2, (await Coi.RunAsync("run", "--format=json", "--", "true")).ExitCode);
        Assert.Contains("not found", (await Coi.RunAsync("run", "--image=no-such", "--", "true")).Error, StringComparison.Ordinal);
        await Coi.NothingIsLeftAsync(seconds: 0);
    }

    [Fact]
    public async Task When_coi_and_coid_are_killed_the_container_ends_by_itself()
    {
        using var kill = new CancellationTokenSource();
        var running = Coi.RunInAsync(Coi.Workspace, ["run", "--", "sh", "-c", "touch begun; sleep 600"], cancellationToken: kill.Token);
        await Eventually.IsTrueAsync(
            "waiting for the command to begin", TimeSpan.FromSeconds(60), () => Task.FromResult(File.Exists(Path.Combine(Coi.Workspace, "begun"))));

        await kill.CancelAsync(); // kill -9 of coi and all its children, the daemon among them
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        var name = Assert.Single(await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix), thing => thing.StartsWith("instances/", StringComparison.Ordinal))["instances/".Length..];
        await Eventually.IsTrueAsync("waiting for the container to end", TimeSpan.FromSeconds(20), async () => !await Coi.Incus.RunsAsync(name));
        await Coi.OutputAsync("list");
        await Coi.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_command_has_the_policy_of_a_session()
    {
        var running = Coi.RunAsync("run", "--", "sh", "-c", "touch begun; until [ -e go ]; do sleep 0.1; done");
        await Eventually.IsTrueAsync(
            "waiting for the command to begin", TimeSpan.FromSeconds(90), () => Task.FromResult(File.Exists(Path.Combine(Coi.Workspace, "begun"))));

        var name = Assert.Single((await Coi.ListAsync()).Names);
        var nic = Assert.Single((await Coi.Incus.InstanceAsync(name))!["expanded_devices"]!.AsObject(), device => (string?)device.Value?["type"] == "nic");
        var network = await Coi.Incus.NetworkAsync((string?)nic.Value!["network"] ?? "");
        Assert.Equal(name, (string?)network!["config"]!["security.acls"]);
        var rejected = (await Coi.Incus.AclAsync(name))!["egress"]!.AsArray().Where(rule => (string?)rule!["action"] == "reject").Select(rule => (string?)rule!["destination"]);
        Assert.Contains("192.168.0.0/16", rejected);

        await File.WriteAllTextAsync(Path.Combine(Coi.Workspace, "go"), "");
        (await running).Succeeded();
        await Coi.NothingIsLeftAsync(seconds: 0);
    }

    [Fact]
    public async Task A_live_session_is_not_touched()
    {
        var session = await Coi.StartAsync();

        var outcome = await Coi.RunAsync("run", "--slot=1", "--", "hostname");

        Assert.Equal($"{Coi.Prefix}{session[Coi.Prefix.Length..^1]}2\n", outcome.Succeeded().Output);
        Assert.Equal("Running", (string?)(await Coi.Incus.InstanceAsync(session))?["status"]);
        Assert.DoesNotContain("run", Directory.EnumerateDirectories(Coi.State, "sessions-*").Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_kept_container_is_not_touched_by_run()
    {
        var kept = await Coi.StartAsync("--persistent");
        await Coi.PromptsAsync(kept);
        await Coi.TypeAsync(kept, "!echo mine | sudo tee /var/mine >/dev/null; poweroff");
        await Coi.IsKeptAsync(kept);

        Assert.Equal($"{kept[..^1]}2\n", (await Coi.RunAsync("run", "--", "hostname")).Succeeded().Output);
        var asked = (await Coi.RunAsync("run", "--slot=1", "--", "hostname")).Succeeded();
        Assert.Equal($"{kept[..^1]}2\n", asked.Output);
        Assert.Contains($"Slot 1 keeps {kept}, which stays as it is, using slot 2", asked.Error, StringComparison.Ordinal);

        Assert.Equal(kept, await Coi.StartAsync());
        Assert.Equal("mine\n", (await IncusView.ExecAsync(kept, "cat", "/var/mine")).Output);
    }

    [Fact]
    public async Task On_a_terminal_the_command_has_a_terminal()
    {
        await using var terminal = await HostTerminal.OpenAsync(Coi, 90, 25);

        await terminal.RunCoiAsync("run -- sh -c 'stty size; exit 5'");

        await terminal.ShowsAsync("25 90");
        await terminal.ShowsAsync("exit=5");
        await Coi.NothingIsLeftAsync();
    }
}
