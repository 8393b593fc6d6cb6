using Coi.Daemon.Tools;
using Coi.Domain.Tools;
using Xunit;

namespace Coi.Daemon.Tests.Tools;

public sealed class ToolCatalogSpecs
{
    private const string Least = "name = \"x\"\nbinary = \"x\"\ninstall_script = \"x\"\n[arguments]\nnew = []\nresume = []\n";

    [Fact]
    public void Six_tools_are_built_in() => Assert.Equal(["aider", "claude", "codex", "dummy", "gemini", "opencode"], ToolCatalog.BuiltIn.Names);

    [Fact]
    public void All_but_the_stand_in_can_be_installed() => Assert.Equal(["aider", "claude", "codex", "gemini", "opencode"], ToolCatalog.BuiltIn.Installable);

    [Theory]
    [InlineData("codex", "codex --dangerously-bypass-approvals-and-sandbox --model m", "codex resume --dangerously-bypass-approvals-and-sandbox t1 --model m")]
    [InlineData("gemini", "gemini --approval-mode yolo --skip-trust --model m", "gemini --approval-mode yolo --skip-trust --resume latest --model m")]
    [InlineData("opencode", "opencode --auto --model m", "opencode --auto --continue --model m")]
    [InlineData("aider", "aider --yes-always --model m", "aider --yes-always --restore-chat-history --model m")]
    public void A_tool_is_started_and_resumed_in_its_own_words(string name, string begun, string resumed)
    {
        var overrides = new ToolOverrides { Model = "m" };

        Assert.Equal(begun, Line(ToolCommand.Build(ToolCatalog.BuiltIn.Get(name), "s1", null, overrides)));
        Assert.Equal(resumed, Line(ToolCommand.Build(ToolCatalog.BuiltIn.Get(name), "s1", "t1", overrides)));
    }

    [Fact]
    public void An_unknown_tool_is_refused_with_those_that_exist()
    {
        Assert.Null(ToolCatalog.BuiltIn.Find("cursor"));
        Assert.Equal("unknown tool: cursor (supported: aider, claude, codex, dummy, gemini, opencode)", ToolCatalog.BuiltIn.Unknown("cursor").Message);
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
    [InlineData("state_directories = [\"../x\"]\n" + Least, "'..' is not a single name")]
    [InlineData("state_directories = [\"/etc\"]\n" + Least, "'' is not a single name")]
    [InlineData("state_directories = [\".x\"]\n" + Least + "[[imports]]\npath = \"a\"\ndirectory = \".y\"\n", "'.y' is none of its state_directories")]
    [InlineData(Least + "[transcripts]\npath = \"../{id}.jsonl\"\n", "'..' is not a single name")]
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
