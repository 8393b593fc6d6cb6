using Coi.Daemon.Tools;
using Coi.Domain.Tools;
using Xunit;

namespace Coi.Daemon.Tests.Tools;

public sealed class ToolCatalogSpecs
{
    private const string Least = "name = \"x\"\nbinary = \"x\"\ninstall_script = \"x\"\n[arguments]\nnew = []\nresume = []\n";

    [Fact]
    public void Claude_and_dummy_are_built_in() => Assert.Equal(["claude", "dummy"], ToolCatalog.BuiltIn.Names);

    [Fact]
    public void An_unknown_tool_is_refused_with_those_that_exist()
    {
        Assert.Null(ToolCatalog.BuiltIn.Find("cursor"));
        Assert.Equal("unknown tool: cursor (supported: claude, dummy)", ToolCatalog.BuiltIn.Unknown("cursor").Message);
    }

    [Fact]
    public void Claude_begins_a_conversation_under_the_sessions_id() => Assert.Equal(
        "claude --verbose --permission-mode bypassPermissions --session-id s1", Line(ToolCommand.Build(Claude, "s1", null)));

    [Fact]
    public void Claude_resumes_the_tools_own_conversation() => Assert.Equal(
        "claude --verbose --permission-mode bypassPermissions --resume t1", Line(ToolCommand.Build(Claude, "s1", "t1")));

    [Fact]
    public void Claudes_state_lies_in_the_mounted_directory()
    {
        var environment = Claude.EnvironmentFor("/home/code");

        Assert.Equal("/home/code/.claude", environment["CLAUDE_CONFIG_DIR"]);
        Assert.Equal(("1", "1"), (environment["IS_SANDBOX"], environment["DISABLE_AUTOUPDATER"]));
    }

    [Theory]
    [InlineData("name = ", "x.toml")]
    [InlineData("name = \"x\"\n", "missing required properties")]
    [InlineData(Least + "[settings]\npath = \"a/b\"\n", "'a/b' is not a single name")]
    [InlineData(Least + "[surprise]\na = 1\n", "surprise")]
    [InlineData(Least + "[[imports]]\npath = \"../x\"\n", "'../x' is not a single name")]
    [InlineData(Least + "[[imports]]\npath = \"x\"\nkind = \"steal\"\n", "'steal' is neither copy nor credential")]
    public void A_definition_that_makes_no_sense_is_refused_with_the_reason(string toml, string reason) =>
        Assert.Contains(reason, Assert.Throws<ToolDefinitionException>(() => ToolDefinitionReader.Read(toml, "x.toml")).Message);

    [Fact]
    public void The_least_definition_is_enough()
    {
        var tool = ToolDefinitionReader.Read(Least, "x.toml");

        Assert.Empty(tool.StateDirectories);
        Assert.Null(tool.Transcripts);
    }

    private static ToolDefinition Claude => ToolCatalog.BuiltIn.Find("claude")!;

    private static string Line(IEnumerable<string> arguments) => string.Join(' ', arguments);
}
