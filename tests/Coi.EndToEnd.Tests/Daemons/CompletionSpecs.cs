using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Daemons;

public sealed class CompletionSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task Bash_completes_commands_flags_values_and_names_of_containers()
    {
        var script = Path.Combine(Coi.Root, "completion.bash");
        await File.WriteAllTextAsync(script, await Coi.OutputAsync("completion", "bash"));
        var name = await Coi.StartAsync();

        Assert.Contains("shell", await CompleteAsync(script, "coi", "sh"));
        Assert.Contains("shutdown", await CompleteAsync(script, "coi", "sh"));
        Assert.Contains("--background", await CompleteAsync(script, "coi", "shell", "--ba"));
        Assert.Equal([name], await CompleteAsync(script, "coi", "attach", ""));
        Assert.Equal([name], await CompleteAsync(script, "coi", "tmux", "capture", Coi.Prefix[..4]));
        Assert.Contains("json", await CompleteAsync(script, "coi", "list", "--format", "=", "j"));
    }

    [Fact]
    public async Task Completing_starts_no_daemon()
    {
        var script = Path.Combine(Coi.Root, "completion.bash");
        await File.WriteAllTextAsync(script, await Coi.OutputAsync("completion", "bash"));

        Assert.Empty(await CompleteAsync(script, "coi", "attach", ""));

        Assert.Null(await Coi.DaemonPidAsync());
    }

    [Theory]
    [InlineData("bash", "bash")]
    [InlineData("zsh", "_coi")]
    [InlineData("fish", "complete -c coi")]
    [InlineData("powershell", "Register-ArgumentCompleter")]
    public async Task There_is_a_script_for_each_shell(string shell, string contained) =>
        Assert.Contains(contained, await Coi.OutputAsync("completion", shell), StringComparison.Ordinal);

    // What bash does when Tab is pressed: it sets the words and calls the function that was registered.
    private async Task<IReadOnlyList<string>> CompleteAsync(string script, params IReadOnlyList<string> words)
    {
        var path = Path.GetDirectoryName(Programs.Coi);
        var quoted = string.Join(' ', words.Select(word => $"'{word}'"));
        var outcome = await Shell.RunAsync(
            "bash",
            ["--norc", "-c", $"PATH={path}:$PATH; . {script}; COMP_WORDS=({quoted}); COMP_CWORD={words.Count - 1}; COMP_LINE='{string.Join(' ', words)}'; COMP_POINT=${{#COMP_LINE}}; _coi; printf '%s\\n' \"${{COMPREPLY[@]}}\""],
            Coi.Environment, Coi.Workspace);
        Output.WriteLine(outcome.ToString());
        return [.. outcome.Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
    }
}
