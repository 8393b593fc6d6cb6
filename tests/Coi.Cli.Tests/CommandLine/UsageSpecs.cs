using Xunit;

namespace Coi.Cli.Tests.CommandLine;

public sealed class UsageSpecs : IDisposable
{
    private readonly Caller _caller = new();

    public void Dispose() => _caller.Dispose();

    [Theory]
    [InlineData("lst", "error: unknown command \"lst\" for \"coi\"", "did you mean 'coi list'?")]
    [InlineData("frobnicate", "error: unknown command \"frobnicate\" for \"coi\"", "'coi --help' lists all commands")]
    [InlineData("tmux sned x y", "error: unknown command \"sned\" for \"coi tmux\"", "did you mean 'coi tmux send'?")]
    [InlineData("daemon bogus", "error: unknown command \"bogus\" for \"coi daemon\"", "'coi daemon --help' lists all commands")]
    [InlineData("kill --frce x", "error: unknown flag: --frce", "did you mean --force?")]
    [InlineData("kill x --frce=1", "error: unknown flag: --frce", "did you mean --force?")]
    [InlineData("--persistant", "error: unknown flag: --persistant", "did you mean --persistent?")]
    [InlineData("list -z", "error: unknown flag: -z", "'coi list --help' explains it")]
    [InlineData("list --format=xml", "error: invalid format 'xml'", "text or json")]
    [InlineData("list extra", "error: 'coi list' accepts 0 arg(s), received 1", "'coi list --help' explains it")]
    [InlineData("attach a b", "error: 'coi attach' accepts 1 arg(s), received 2", "'coi attach --help' explains it")]
    [InlineData("tmux send", "error: 'coi tmux send' requires at least 1 arg(s), received 0", "'coi tmux send --help' explains it")]
    [InlineData("tmux send a", "error: 'coi tmux send' needs a text or --key", "'coi tmux send --help' explains it")]
    [InlineData("tmux send a --key Entre", "error: there is no key 'Entre'", "did you mean Enter?")]
    [InlineData("tmux capture a --wait-for (", "error: '(' is no regular expression", "ready|failed")]
    [InlineData("tmux capture a --timeout 3", "error: --timeout needs --wait-for", "nothing is waited for")]
    [InlineData("tmux capture a --lines 0", "error: --lines needs a whole number, 1 or more, not '0'", "'coi tmux capture --help' explains it")]
    [InlineData("shell --format=json", "error: --format=json needs --background", "terminal")]
    [InlineData("tmux capture", "error: 'coi tmux capture' requires at least 1 arg(s), received 0", "'coi tmux capture --help' explains it")]
    [InlineData("completion", "error: 'coi completion' requires at least 1 arg(s), received 0", "'coi completion --help' explains it")]
    [InlineData("completion tcsh", "error: no completion for shell 'tcsh'", "bash, zsh, fish and powershell")]
    [InlineData("shell --slot=x", "error: --slot needs a whole number, 0 or more, not 'x'", "'coi shell --help' explains it")]
    [InlineData("shell --slot=-1", "error: --slot needs a whole number, 0 or more, not '-1'", "'coi shell --help' explains it")]
    [InlineData("shell --slot", "error: flag needs a value: --slot", "'coi shell --help' explains it")]
    [InlineData("shutdown x --timeout=soon", "error: --timeout needs a whole number, 1 or more, not 'soon'", "'coi shutdown --help' explains it")]
    [InlineData("daemon logs --lines=many", "error: --lines needs a whole number, 0 or more, not 'many'", "'coi daemon logs --help' explains it")]
    [InlineData("shell 2f6c", "error: 'coi shell' takes no arguments, but was given '2f6c'", "did you mean 'coi shell --resume=2f6c'?")]
    [InlineData("shell --resume 2f6c", "error: 'coi shell' takes no arguments, but was given '2f6c'", "did you mean 'coi shell --resume=2f6c'?")]
    [InlineData("shell --network=closed", "error: invalid network mode 'closed'", "restricted, allowlist or open")]
    [InlineData("shell -e 1x=2", "error: '1x' is no name for an environment variable", "KEY=VALUE")]
    [InlineData("shell -e NOT_SET_HERE", "error: environment variable 'NOT_SET_HERE' is not set here", "--env NOT_SET_HERE=VALUE sets it")]
    public async Task What_cannot_be_understood_is_one_line_with_a_hint_and_exit_code_2(string line, string error, string hint)
    {
        var said = await _caller.RunAsync(line.Split(' '));
        Assert.Equal(2, said.ExitCode);
        Assert.Equal("", said.Out);
        Assert.Equal(2, said.ErrorLines.Length);
        Assert.StartsWith(error, said.ErrorLines[0], StringComparison.Ordinal);
        Assert.StartsWith("hint: ", said.ErrorLines[1], StringComparison.Ordinal);
        Assert.Contains(hint, said.ErrorLines[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kill")]
    [InlineData("shutdown")]
    [InlineData("kill --force")]
    public async Task Ending_nothing_in_particular_is_a_failure_that_says_so(string line)
    {
        var said = await _caller.RunAsync(line.Split(' '));
        Assert.Equal(1, said.ExitCode);
        Assert.Contains("error: no container names provided", said.Error, StringComparison.Ordinal);
        Assert.Contains("coi list", said.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/does/not/exist", "does not exist")]
    [InlineData("/etc/passwd", "is not a directory")]
    public async Task A_workspace_that_is_none_is_named_before_anything_is_started(string workspace, string reason)
    {
        var said = await _caller.RunAsync("shell", "--background", "--workspace", workspace);
        Assert.Equal(1, said.ExitCode);
        Assert.StartsWith($"error: workspace {workspace} {reason}\n", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_in_the_foreground_needs_a_terminal()
    {
        var said = await _caller.RunAsync();
        Assert.Equal(1, said.ExitCode);
        Assert.Contains("must be a terminal", said.Error, StringComparison.Ordinal);
        Assert.Contains("coi shell --background", said.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tmux")]
    [InlineData("daemon")]
    public async Task A_group_alone_shows_its_help(string group)
    {
        var said = await _caller.RunAsync(group);
        Assert.Equal(0, said.ExitCode);
        Assert.Contains("Available Commands:", said.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--base is a flag of 'coi build'; flags of 'coi build custom' stand behind 'custom'", "build", "--base", "x", "custom", "name", "--script", "s")]
    [InlineData("--force is a flag of 'coi build'; flags of 'coi build custom' stand behind 'custom'", "build", "--force", "custom", "name", "--script", "s")]
    public async Task A_flag_in_front_of_the_command_that_it_is_meant_for_is_not_ignored(string says, params string[] line)
    {
        var said = await _caller.RunAsync(line);
        Assert.Equal(2, said.ExitCode);
        Assert.Contains(says, said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_is_what_scripts_look_for()
    {
        Assert.Matches(@"^coi version \d+\.\d+\.\d+\n$", (await _caller.RunAsync("--version")).Out);
        var lines = (await _caller.RunAsync("version")).Out.Split('\n');
        Assert.Equal((await _caller.RunAsync("version", "and", "more")).Out.Split('\n'), lines);
        Assert.Equal(3, lines.Length);
        Assert.Matches(@"^code-on-incus \(coi\) v(\d+\.\d+\.\d+(-\d+-g[0-9a-f]+)?(-dirty)?|dev)$", lines[0]);
        Assert.Equal("", lines[2]);
    }

    [Fact]
    public async Task A_flag_without_effect_is_accepted_with_a_warning()
    {
        var said = await _caller.RunAsync("version", "--image", "x");
        Assert.Equal(0, said.ExitCode);
        Assert.Equal("warning: --image has no effect on 'coi version'\n", said.Error);
    }
}
