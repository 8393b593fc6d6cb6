using System.Diagnostics;
using Coi.Cli.Completion;
using Coi.Contracts;
using Xunit;

namespace Coi.Cli.Tests.Completion;

public sealed class CompletionSpecs : IAsyncLifetime
{
    private readonly DaemonFixture _daemon = new();

    public async Task InitializeAsync()
    {
        await _daemon.StartAsync();
        _daemon.Lists(
            DaemonFixture.Container("coi-a-1", 1, _daemon.Caller.Home),
            DaemonFixture.Container("coi-a-2", 2, _daemon.Caller.Home),
            DaemonFixture.Container("coi-b-1", 1, "/elsewhere", "Stopped"));
        _daemon.Says(
            "GET /v1/list?all=true",
            new Listing([], [
                new SessionSummary { Id = "aaaa", SavedAt = "now", Workspace = _daemon.Caller.Home, Tool = "claude" },
                new SessionSummary { Id = "abbb", SavedAt = "now", Workspace = "/elsewhere", Tool = "claude" },
            ]),
            ContractsJson.Default.Listing);
    }

    public Task DisposeAsync() => _daemon.DisposeAsync().AsTask();

    [Theory]
    [InlineData("sh", "shell shutdown")]
    [InlineData("attach |", "coi-a-1 coi-a-2")]
    [InlineData("attach coi-a-1 |", "")]
    [InlineData("kill coi-a-1 |", "coi-a-1 coi-a-2 coi-b-1")]
    [InlineData("kill --fo", "--force")]
    [InlineData("list --format=j", "--format=json")]
    [InlineData("list --format |", "text json")]
    [InlineData("shell --resume=a", "--resume=aaaa")]
    [InlineData("shell --resume |", "")]
    [InlineData("shell --slot 2 --back", "--background")]
    [InlineData("shell -w |", ":directories")]
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
    [InlineData("coi kill coi-a-1 --for", "--force")]
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
        var (code, output, _) = await RunAsync("/bin/bash", ["-c", script]);
        Assert.Equal(0, code);
        Assert.Equal(expected, output.TrimEnd('\n'));
    }

    private static string? Installed(string program) =>
        new[] { "/usr/bin", "/bin", "/usr/local/bin" }.Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);

    private async Task<(int Code, string Out, string Error)> RunAsync(string file, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _daemon.Caller.Home };
        start.Environment["COI_HOME"] = _daemon.Caller.Home;
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
