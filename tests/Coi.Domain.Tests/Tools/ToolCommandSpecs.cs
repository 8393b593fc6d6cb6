using Coi.Domain.Tools;
using Xunit;

namespace Coi.Domain.Tests.Tools;

public sealed class ToolCommandSpecs
{
    private static readonly ToolDefinition Tool = new()
    {
        Name = "t",
        Binary = "tool",
        InstallScript = "t",
        Arguments = new ToolArguments(["--new", "{session_id}"], ["--resume", "{tool_session_id}"], ["--print", "{prompt}"], ["--model", "{model}"]),
    };

    [Fact]
    public void The_dummy_takes_the_tools_arguments() =>
        Assert.Equal("dummy --new s", Build(null, new ToolOverrides { UseDummy = true, Binary = "other" }));

    [Fact]
    public void Another_binary_takes_the_tools_arguments_and_more() =>
        Assert.Equal("other --resume t --extra", Build("t", new ToolOverrides { Binary = "other", ExtraArguments = ["--extra"] }));

    [Fact]
    public void The_model_is_only_named_when_one_is_configured()
    {
        Assert.Equal("tool --new s", Build(null, ToolOverrides.None));
        Assert.Equal("tool --new s --model m", Build(null, new ToolOverrides { Model = "m" }));
    }

    [Fact]
    public void A_prompt_stands_last_and_is_never_looked_into()
    {
        var arguments = ToolCommand.Build(Tool, "s", null, new ToolOverrides { Prompt = "{session_id} $(x)", ExtraArguments = ["--extra"] });

        Assert.Equal(["tool", "--new", "s", "--extra", "--print", "{session_id} $(x)"], arguments.ToArray());
    }

    [Fact]
    public void A_tool_that_cannot_run_a_prompt_says_so()
    {
        var tool = Tool with { Arguments = Tool.Arguments with { Headless = [] } };

        Assert.Throws<InvalidOperationException>(() => ToolCommand.Build(tool, "s", null, new ToolOverrides { Prompt = "x" }));
    }

    [Fact]
    public void The_home_of_the_user_inside_is_filled_in()
    {
        var tool = Tool with { Environment = Tool.Environment.Add("DIR", "{home}/.t") };

        Assert.Equal("/root/.t", tool.EnvironmentFor("/root")["DIR"]);
    }

    private static string Build(string? resume, ToolOverrides overrides) => string.Join(' ', ToolCommand.Build(Tool, "s", resume, overrides));
}
