using System.Text.Json.Nodes;
using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Containers;

/// <summary><c>coi container</c>: containers by name, for scripts.</summary>
public sealed class ContainerCommandSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task A_container_by_name_lives_runs_commands_and_leaves_nothing()
    {
        var name = $"{Coi.Prefix}box";
        Assert.Equal(1, (await Coi.RunAsync("container", "exists", name)).ExitCode);
        Assert.Equal("", (await Coi.RunAsync("container", "launch", "coi", name)).Succeeded().Output);
        Assert.NotNull(await Coi.Incus.AclAsync(name));
        foreach (var question in new[] { "exists", "running" })
        {
            var silent = (await Coi.RunAsync("container", question, name)).Succeeded();
            Assert.Equal(("", ""), (silent.Output, silent.Error));
        }

        await ExecAsync(name);
        await RefusalsAsync(name);

        Directory.CreateDirectory(Path.Combine(Coi.Root, "data"));
        await File.WriteAllTextAsync(Path.Combine(Coi.Root, "data", "note"), "from the host");
        await Coi.OutputAsync("container", "mount", name, "data", Path.Combine(Coi.Root, "data"), "/data", "--readonly");
        Assert.Equal("from the host", await Coi.OutputAsync("container", "exec", name, "--", "cat", "/data/note"));
        Assert.NotEqual(0, (await Coi.RunAsync("container", "exec", name, "--", "touch", "/data/new")).ExitCode);

        var info = JsonNode.Parse(await Coi.OutputAsync("container", "info", name, "--format=json"))!;
        Assert.Equal(("Running", "container"), ((string?)info["status"], (string?)info["kind"]));
        Assert.NotEqual("", (string?)info["ipv4"]);
        var listed = JsonNode.Parse(await Coi.OutputAsync("container", "list", "--format=json"))!.AsArray();
        Assert.Equal(name, (string?)Assert.Single(listed)!["name"]);

        Assert.Equal(1, (await Coi.RunAsync("container", "delete", name)).ExitCode);
        await Coi.OutputAsync("container", "stop", "--force", name);
        Assert.Equal(1, (await Coi.RunAsync("container", "running", name)).ExitCode);
        Assert.Contains("not running", (await Coi.RunAsync("container", "exec", name, "--", "true")).Error, StringComparison.Ordinal);
        await Coi.OutputAsync("container", "start", name);
        Assert.True(await Coi.Incus.RunsAsync(name));
        await Coi.OutputAsync("container", "delete", "--force", name);
        await Coi.NothingIsLeftAsync(seconds: 0);
    }

    [Fact]
    public async Task The_network_of_one_that_vanishes_vanishes_too()
    {
        var name = $"{Coi.Prefix}brief";
        await Coi.OutputAsync("container", "launch", "coi", name, "--ephemeral", "--network=open");
        Assert.Equal("open", (await Coi.OutputAsync("container", "exec", name, "--", "sh", "-c", "grep -q nameserver /etc/resolv.conf && printf open")));
        await Shell.OutputAsync("incus", "stop", "--force", name);
        await Coi.NothingIsLeftAsync();
    }

    [Fact]
    public async Task One_by_name_is_listed_and_ended_like_any_other()
    {
        var (box, brief) = ($"{Coi.Prefix}box", $"{Coi.Prefix}brief");
        await Coi.OutputAsync("container", "launch", "coi", box);
        await Coi.OutputAsync("container", "launch", "coi", brief, "--ephemeral");

        var listed = (await Coi.ListAsync()).Find(box);
        Assert.Equal(("Running", "coi", true), ((string?)listed?["status"], (string?)listed?["image"], (bool?)listed?["persistent"]));
        Assert.NotEqual("", (string?)listed?["ipv4"]);
        Assert.Contains($"  {brief} (ephemeral)\n    Status: Running", await Coi.OutputAsync("list"), StringComparison.Ordinal);
        await Coi.OutputAsync("container", "stop", "--force", box);
        Assert.Equal("Stopped", (string?)(await Coi.ListAsync()).Find(box)?["status"]);

        // Another daemon knows them too.
        await Coi.OutputAsync("daemon", "stop");
        Assert.Equal([box, brief], (await Coi.ListAsync()).Names.Order(StringComparer.Ordinal));

        Assert.Contains($"✓ Shutdown {brief}", await Coi.OutputAsync("shutdown", "--timeout=20", brief), StringComparison.Ordinal);
        Assert.Equal([box], (await Coi.ListAsync()).Names);
        Assert.Contains($"✓ Killed {box}", await Coi.OutputAsync("kill", "--all", "--force"), StringComparison.Ordinal);
        Assert.Empty((await Coi.ListAsync()).Names);
        await Coi.NothingIsLeftAsync(seconds: 0);
    }

    [Fact]
    public async Task Fifty_commands_at_once_each_get_their_own_input_and_output()
    {
        // After a second of silence Incus may take a stream for ended while its last bytes are on their way (EndMark).
        var name = $"{Coi.Prefix}many";
        await Coi.OutputAsync("container", "launch", "coi", name);
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 50).Select(number => Coi.RunInAsync(
            Coi.Workspace, ["container", "exec", name, "--", "sh", "-c", $"tee /tmp/in{number}; sleep 1; echo err{number} >&2; exit {number}"], input: $"in{number}\n")));
        for (var number = 1; number <= 50; number++)
        {
            var outcome = outcomes[number - 1];
            // What arrived inside tells which way a byte was lost.
            if (outcome.Output.Length == 0) Assert.Fail($"{number} wrote nothing; inside arrived '{await Coi.OutputAsync("container", "exec", name, "--", "cat", $"/tmp/in{number}")}'");
            Assert.Equal((number, $"in{number}\n", $"err{number}\n"), (outcome.ExitCode, outcome.Output, outcome.Error));
        }

        await Coi.OutputAsync("container", "delete", "--force", name);
    }

    [Fact]
    public async Task Every_flag_of_exec_does_what_it_says()
    {
        var name = $"{Coi.Prefix}flags";
        await Coi.OutputAsync("container", "launch", "coi", name);
        foreach (var (line, code, stdout, stderr) in new (string[] Line, int Code, string Out, string Error)[]
        {
            (["echo", "hello"], 0, "hello\n", ""),
            (["--", "sh", "-c", "exit 42"], 42, "", ""),
            (["--", "sh", "-c", "kill -TERM $$"], 143, "", ""),
            (["--", "id", "-u"], 0, "0\n", ""),
            (["--user", "1000", "--", "id", "-g"], 0, "1000\n", ""),
            (["--user=1000", "--group=33", "--", "sh", "-c", "id -u; id -g"], 0, "1000\n33\n", ""),
            (["--cwd", "/etc", "--", "pwd"], 0, "/etc\n", ""),
            (["--cwd=/no/such place", "--", "pwd"], 0, "/root\n", "coi: there is no directory /no/such place; running in /root\n"),
            (["--", "pwd"], 0, "/workspace\n", ""), // the image has one
            (["--cwd", "/", "--", "rmdir", "/workspace"], 0, "", ""),
            (["--", "pwd"], 0, "/root\n", ""), // none now, and nobody has asked for it
            (["--env", "A=1", "--env", "A=2", "-e", "B=", "--", "sh", "-c", "echo \"$A${B-unset}\""], 0, "2\n", ""),
            (["--env=name=a", "--env=word=b", "--env=code=c", "--", "sh", "-c", "echo $name $word $code"], 0, "a b c\n", ""), // none of them is the script's
            (["--env", "COI_TEST_VALUE", "--", "printenv", "COI_TEST_VALUE"], 0, "from here\n", ""),
            (["--capture", "--format=raw", "--", "sh", "-c", "printf x; echo y >&2; exit 5"], 5, "x", ""),
            (["--capture", "--cwd=/nope", "--", "sh", "-c", "echo e >&2"], 0, "{\n  \"exit_code\": 0,\n  \"stderr\": \"coi: there is no directory /nope; running in /root\\ne\\n\",\n  \"stdout\": \"\"\n}\n", ""),
            (["--", "/etc/passwd"], 126, "", null!),
            (["--user=x", "--", "true"], 2, "", null!),
            (["--env", "1A=x", "--", "true"], 2, "", null!),
            (["--nonsense", "--", "true"], 2, "", null!),
        })
        {
            var outcome = await Coi.RunInAsync(Coi.Workspace, ["container", "exec", name, .. line], new Dictionary<string, string?> { ["COI_TEST_VALUE"] = "from here" });
            Assert.True((outcome.ExitCode, outcome.Output) == (code, stdout) && (stderr is null ? outcome.Error.Length > 0 : outcome.Error == stderr), $"expected {code}, '{stdout}', '{stderr}': {outcome}");
        }

        await Coi.OutputAsync("container", "delete", "--force", name);
    }

    private async Task ExecAsync(string name)
    {
        var streams = await Coi.RunInAsync(Coi.Workspace, ["container", "exec", name, "--", "sh", "-c", "cat; echo wrong >&2; exit 7"], input: "from outside\n");
        Assert.Equal((7, "from outside\n", "wrong\n"), (streams.ExitCode, streams.Output, streams.Error));

        var user = (await Coi.RunAsync("container", "exec", name, "--user=1000", "--env", "A=x y", "--cwd=/nope", "--", "sh", "-c", "pwd; id -u; id -g; echo \"$A\"")).Succeeded();
        Assert.Equal("/home/code\n1000\n1000\nx y\n", user.Output);
        Assert.Contains("no directory /nope", user.Error, StringComparison.Ordinal);

        var captured = await Coi.RunAsync("container", "exec", name, "--capture", "--", "sh", "-c", "echo out; echo bad >&2; exit 3");
        Assert.Equal(3, captured.ExitCode);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(captured.Output), new JsonObject { ["exit_code"] = 3, ["stderr"] = "bad\n", ["stdout"] = "out\n" }));
        Assert.Equal("plain", await Coi.OutputAsync("container", "exec", name, "--capture", "--format=raw", "--", "printf", "plain"));

        var coi = Programs.Coi;
        var shell = await Shell.RunAsync("bash", ["-c", $"""
            set -u
            head -c 20000000 /dev/urandom >"$0"
            {coi} container exec {name} -- cat <"$0" | cmp - "$0" && echo same
            {coi} container exec {name} -- yes </dev/null | head -1
            {coi} container exec {name} -- sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do pgrep yes >/dev/null || exit 0; sleep 0.2; done; exit 1' </dev/null && echo ended
            timeout --foreground -s INT 2 {coi} container exec {name} -- bash -c 'trap "exit 9" INT; sleep 600; exit 1' </dev/null; echo "signal $?"
            {coi} container exec {name} -- pgrep sleep </dev/null; echo "left $?"
            {coi} container exec {name} -- sleep 601 </dev/null & sleep 1
            kill -9 $!; wait $! 2>/dev/null
            {coi} container exec {name} -- sh -c 'for i in 1 2 3 4 5 6 7 8 9 10; do pgrep sleep >/dev/null || exit 0; sleep 0.2; done; exit 1' </dev/null && echo killed
            """, Path.Combine(Coi.Root, "random")], Coi.Environment, Coi.Workspace);
        Assert.Equal("same\ny\nended\nsignal 124\nleft 1\nkilled\n", shell.Output);
    }

    private async Task RefusalsAsync(string name)
    {
        foreach (var (code, words, line) in new (int, string, string[])[]
        {
            (127, "no-such-program", ["exec", name, "no-such-program"]),
            (2, "--format flag requires --capture", ["exec", name, "--format=json", "--", "true"]),
            (2, "invalid format", ["exec", name, "--capture", "--format=xml", "--", "true"]),
            (2, "--tty needs a terminal", ["exec", name, "--tty", "--", "true"]),
            (2, "requires at least", ["exec", name]),
            (1, "not found", ["exec", $"{name}-none", "--", "true"]),
            (1, "already exists", ["launch", "coi", name]),
            (1, "not found", ["launch", "no-such-image", $"{name}-none"]),
            (1, "already running", ["start", name]),
            (1, "not found", ["stop", $"{name}-none"]),
            (1, "does not exist", ["mount", name, "d", "/no/such/place", "/x"]),
            (2, "not absolute", ["mount", name, "d", "/tmp", "x"]),
            (1, "not found", ["info", $"{name}-none"]),
        })
        {
            var outcome = await Coi.RunAsync(["container", .. line]);
            Assert.True(outcome.ExitCode == code && outcome.Error.Contains(words, StringComparison.Ordinal), $"expected {code} and '{words}': {outcome}");
        }
    }
}
