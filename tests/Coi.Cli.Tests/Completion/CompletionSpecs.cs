using System.Diagnostics;
using System.Text.Json;
using Coi.Cli.Completion;
using Coi.Cli.StandIn;
using Coi.Contracts;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Coi.Cli.Tests.Completion;

public sealed class CompletionSpecs : IAsyncLifetime
{
    private readonly DaemonFixture _daemon = new();
    private StandInServer? _incus;

    public async Task InitializeAsync()
    {
        await _daemon.StartAsync();
        _daemon.Lists(
            DaemonFixture.Container("coi-a-1", 1, _daemon.Caller.Home),
            DaemonFixture.Container("coi-a-2", 2, _daemon.Caller.Home),
            DaemonFixture.Container("coi-b-1", 1, "/elsewhere", "Stopped"));
        await IncusAsync();
        _daemon.Says(
            "GET /v1/list?all=true",
            new Listing([], [
                new SessionSummary { Id = "aaaa", SavedAt = "now", Workspace = _daemon.Caller.Home, Tool = "claude" },
                new SessionSummary { Id = "abbb", SavedAt = "now", Workspace = "/elsewhere", Tool = "claude" },
            ]),
            ContractsJson.Default.Listing);
    }

    public async Task DisposeAsync()
    {
        if (_incus is not null) await _incus.DisposeAsync();
        await _daemon.DisposeAsync();
    }

    // Containers launched by name and images are Incus' to tell; where it is the daemon has written beside its socket.
    private async Task IncusAsync()
    {
        _incus = await StandInServer.StartAsync(Path.Combine(_daemon.Caller.Home, "incus.sock"));
        await File.WriteAllTextAsync(
            DaemonPaths.IncusPlace(_daemon.Caller.Socket), JsonSerializer.Serialize(new IncusPlace(_incus.Socket, "default"), ContractsJson.Default.IncusPlace));
        Incus("GET /1.0/instances?recursion=1", string.Join(',', Instance("coi-a-1", "Running", _daemon.Caller.Home), Instance("box", "Running", _daemon.Caller.Home),
            Instance("off", "Stopped", _daemon.Caller.Home), Instance("foreign", "Running", "/elsewhere")));
        Incus("GET /1.0/images/aliases?recursion=1", """{"name":"coi","description":"","target":"f","type":"container"},{"name":"base","description":"Debian","target":"e","type":"container"},{"name":"coi-20260131-100000","description":"","target":"f","type":"container"}""");
    }

    private void Incus(string route, string list) => _incus!.Routes[route] = context =>
        context.Response.WriteAsync($$"""{"type":"sync","status":"Success","status_code":200,"operation":"","error_code":0,"error":"","metadata":[{{list}}]}""");

    private static string Instance(string name, string status, string home) =>
        $$"""{"name":"{{name}}","status":"{{status}}","status_code":{{(status == "Running" ? 103 : 102)}},"type":"container","config":{"user.coi.home":"{{home}}"},"created_at":"2026-01-31T10:00:00Z"}""";

    [Theory]
    [InlineData("sh", "shell shutdown")]
    [InlineData("attach |", "coi-a-1 coi-a-2")]
    [InlineData("attach coi-a-1 |", "")]
    [InlineData("kill coi-a-1 |", "coi-a-1 coi-a-2 coi-b-1")]
    [InlineData("kill --forc", "--force")]
    [InlineData("list --format=j", "--format=json")]
    [InlineData("list --format |", "text json")]
    [InlineData("shell --resume=a", "--resume=aaaa")]
    [InlineData("shell --resume |", "")]
    [InlineData("shell --slot |", "1 2 3")]
    [InlineData("attach --slot=", "--slot=1 --slot=2 --slot=3")]
    [InlineData("container exec |", "coi-a-1 box")]
    [InlineData("container delete |", "coi-a-1 box off")]
    [InlineData("container launch |", "base coi coi-20260131-100000")]
    [InlineData("container launch coi |", "")]
    [InlineData("shell --image=coi-", "--image=coi-20260131-100000")]
    [InlineData("build --base b", "base")]
    [InlineData("run --capture --format |", "json raw")]
    [InlineData("container exec box --capture --format=r", "--format=raw")]
    [InlineData("tmux send box --key E", "Enter Escape End")]
    [InlineData("shell --slot 2 --back", "--background")]
    [InlineData("shell -w |", ":directories")]
    [InlineData("file push |", ":files")]
    [InlineData("file pull box:/etc/hosts |", ":files")]
    [InlineData("file push x |", "coi-a-1: coi-a-2: coi-b-1:")]
    [InlineData("file pull coi-b", "coi-b-1:")]
    [InlineData("file push x box:/e", "")]
    [InlineData("shell --workspace=/t", ":directories")]
    [InlineData("build custom mine --script |", ":files")]
    [InlineData("build custom mine --script=s", ":files")]
    [InlineData("-w /tmp tmux |", "send capture list")]
    [InlineData("tmux send coi-a-1 |", "")]
    [InlineData("completion |", "bash zsh fish powershell")]
    [InlineData("--net", "--network")]
    [InlineData("__", "")]
    public async Task The_last_word_is_completed(string line, string expected)
    {
        var words = line.Split(' ').Select(word => word == "|" ? "" : word);
        var said = await _daemon.Caller.RunAsync(["__complete", "--", .. words]);
        Assert.Equal(0, said.ExitCode);
        Assert.Equal("", said.Error);
        var values = said.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(candidate => candidate.Split('\t')[0]);
        Assert.Equal(expected, string.Join(' ', values));
    }

    [Fact]
    public async Task Every_shell_has_its_script_and_one_without_descriptions()
    {
        foreach (var shell in new[] { "bash", "zsh", "fish", "powershell" })
        {
            var said = await _daemon.Caller.RunAsync("completion", shell);
            Assert.Contains("__complete", said.Out, StringComparison.Ordinal);
            var bare = await _daemon.Caller.RunAsync("completion", shell, "--no-descriptions");
            Assert.Equal((0, ""), (bare.ExitCode, bare.Error));
            Assert.Contains(shell == "powershell" ? "'ParameterValue', $parts[0])" : "2>/dev/null | cut -f1)", bare.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_a_daemon_nothing_is_started_and_nothing_is_said()
    {
        using var caller = new Caller();
        caller.Environment["COI_DAEMON"] = "/bin/false";
        Assert.Equal(new Said(0, "", ""), await caller.RunAsync("__complete", "--", "attach", ""));
    }

    [Theory]
    [InlineData("bash", "bash", "-n")]
    [InlineData("zsh", "zsh", "-n")]
    [InlineData("fish", "fish", "--no-execute")]
    public async Task A_script_is_one_that_its_shell_understands(string shell, string program, string check)
    {
        var said = await _daemon.Caller.RunAsync("completion", shell);
        Assert.Equal(0, said.ExitCode);
        if (Installed(program) is not { } file)
        {
            // Only bash is on every machine; where the others are not, what can be checked is that the script is there.
            Assert.Contains("__complete", said.Out, StringComparison.Ordinal);
            return;
        }

        var script = Path.Combine(_daemon.Caller.Home, "script");
        await File.WriteAllTextAsync(script, said.Out);
        var (code, _, error) = await RunAsync(file, [check, script]);
        Assert.Equal("", error);
        Assert.Equal(0, code);
    }

    [Theory]
    [InlineData("coi att", "attach")]
    [InlineData("coi attach ", "coi-a-1 coi-a-2")]
    [InlineData("coi kill coi-a-1 --forc", "--force")]
    [InlineData("coi list --format=j", "json")]
    [InlineData("coi list --format=", "text json")]
    [InlineData("coi shell --resume=", "aaaa")]
    public async Task Bash_completes_what_is_typed_once_the_script_is_sourced(string typed, string expected)
    {
        var script = $$"""
            PATH={{AppContext.BaseDirectory}}:$PATH
            source /dev/stdin <<'SCRIPT'
            {{CompletionScripts.Bash}}
            SCRIPT
            # What readline does: words split at its breaks, "=" a word of its own.
            line={{"'" + typed + "'"}}
            spaced=${line//=/ = }
            read -ra COMP_WORDS <<< "$spaced"
            [[ $line == *' ' ]] && COMP_WORDS+=("")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _coi
            echo "${COMPREPLY[*]}"
            """;
        await CompletesAsync(expected, async () =>
        {
            var (code, output, _) = await RunAsync("/bin/bash", ["-c", script]);
            Assert.Equal(0, code);
            return output.TrimEnd('\n');
        });
    }

    [Theory]
    [InlineData("coi att", "attach")]
    [InlineData("coi attach ", "coi-a-1 coi-a-2")]
    [InlineData("coi kill coi-a-1 --forc", "--force")]
    [InlineData("coi list --format=", "--format=json --format=text")]
    [InlineData("coi shell --resume=", "--resume=aaaa")]
    [InlineData("coi container exec ", "box coi-a-1")]
    [InlineData("coi shell --slot ", "1 2 3")]
    [InlineData("coi shell -w /et", "/etc/")]
    public async Task Fish_completes_what_is_typed(string typed, string expected)
    {
        if (Installed("fish") is not { } fish) return;
        var script = await ScriptAsync("fish");
        await CompletesAsync(expected, async () =>
        {
            var (code, output, _) = await RunAsync(fish, ["--no-config", "-c", $"set -gx PATH '{AppContext.BaseDirectory}' $PATH; source '{script}'; complete -C '{typed}'"]);
            Assert.Equal(0, code);
            return Sorted(output.Split('\n').Select(line => line.Split('\t')[0]));
        });
    }

    [Theory]
    [InlineData("coi att", "attach")]
    [InlineData("coi attach ", "coi-a-1 coi-a-2")]
    [InlineData("coi kill coi-a-1 --forc", "--force")]
    [InlineData("coi list --format=", "--format=json --format=text")]
    [InlineData("coi shell --resume=", "--resume=aaaa")]
    [InlineData("coi container exec ", "box coi-a-1")]
    [InlineData("coi shell --slot ", "1 2 3")]
    [InlineData("coi shell -w /et", "etc")]
    public async Task Zsh_completes_what_is_typed(string typed, string expected)
    {
        if (Installed("zsh") is not { } zsh) return;
        var script = await ScriptAsync("zsh");
        await CompletesAsync(expected, async () =>
        {
            var (code, output, error) = await RunAsync(zsh, ["-f", Path.Combine(AppContext.BaseDirectory, "Completion", "capture.zsh"), script, typed]);
            Assert.Equal((0, ""), (code, error));
            return Sorted(output.Split('\n'));
        });
    }

    // Whoever waits for a completion gets none after some seconds; on a machine that is busy enough a program that is not compiled ahead of time takes longer.
    private static async Task CompletesAsync(string expected, Func<Task<string>> complete)
    {
        var found = "";
        for (var attempt = 1; attempt <= 4 && found != expected; attempt++) found = await complete();
        Assert.Equal(expected, found);
    }

    private async Task<string> ScriptAsync(string shell)
    {
        var script = Path.Combine(_daemon.Caller.Home, "script");
        await File.WriteAllTextAsync(script, (await _daemon.Caller.RunAsync("completion", shell)).Out);
        return script;
    }

    private static string Sorted(IEnumerable<string> candidates) =>
        string.Join(' ', candidates.Where(candidate => candidate.Length > 0).Distinct().Order(StringComparer.Ordinal));

    private static string? Installed(string program) =>
        new[] { "/usr/bin", "/bin", "/usr/local/bin" }.Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);

    private async Task<(int Code, string Out, string Error)> RunAsync(string file, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _daemon.Caller.Home };
        start.Environment["COI_HOME"] = _daemon.Caller.Home;
        start.Environment["PATH"] = AppContext.BaseDirectory + ":" + Environment.GetEnvironmentVariable("PATH");
        start.Environment.Remove("COI_SOCKET");
        start.Environment.Remove("PWD");
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output, await error);
    }
}
