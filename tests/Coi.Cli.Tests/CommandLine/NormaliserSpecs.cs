using Coi.Cli.CommandLine;
using Xunit;

namespace Coi.Cli.Tests.CommandLine;

public sealed class NormaliserSpecs
{
    [Theory]
    [InlineData("", "shell")]
    [InlineData("--resume", "shell --resume=auto")]
    [InlineData("--resume=", "shell --resume=auto")]
    [InlineData("--resume=2f6c", "shell --resume=2f6c")]
    [InlineData("shell --continue --debug", "shell --continue=auto --debug")]
    [InlineData("-w /tmp --slot 2", "shell -w /tmp --slot 2")]
    [InlineData("-w list", "shell -w list")]
    [InlineData("-w /tmp list", "-w /tmp list")]
    [InlineData("--workspace=/tmp list", "--workspace=/tmp list")]
    [InlineData("--background", "shell --background")]
    [InlineData("--help", "--help")]
    [InlineData("-v", "-v")]
    [InlineData("help kill", "kill --help")]
    [InlineData("help", "--help")]
    [InlineData("tmux send x -- --resume", "tmux send x -- --resume")]
    [InlineData("-e --resume list", "-e --resume list")]
    [InlineData("-eA=1 -w/tmp", "shell -e A=1 -w /tmp")]
    [InlineData("-w/tmp list", "-w /tmp list")]
    [InlineData("run -eA=1 -- env -eB=2", "run -e A=1 -- env -eB=2")]
    [InlineData("-e=A=1 list", "-e=A=1 list")]
    [InlineData("-e -eA list", "-e -eA list")]
    [InlineData("-hx", "shell -hx")]
    [InlineData("__complete -- shell --resume", "__complete -- shell --resume")]
    public void Arguments_take_the_one_form_that_is_parsed(string given, string expected)
    {
        var arguments = given.Length == 0 ? [] : given.Split(' ');
        Assert.Equal(expected.Split(' '), ArgumentNormaliser.Normalise(arguments, new CommandTree()));
    }

    [Theory]
    [InlineData("lsit", "list")]
    [InlineData("kil", "kill")]
    [InlineData("comp", "completion")]
    [InlineData("x", null)]
    [InlineData("frobnicate", null)]
    public void What_was_meant_is_found_when_it_is_near(string written, string? meant) =>
        Assert.Equal(meant, Nearest.To(written, ["list", "kill", "shell", "completion", "attach"]));
}
