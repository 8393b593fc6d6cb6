using Coi.Daemon.Configuration;
using Coi.Daemon.Tools;
using Coi.Domain;
using Coi.Domain.Tools;
using Xunit;

namespace Coi.Daemon.Tests.Tools;

public sealed class OwnToolSpecs : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("coi-tools-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void The_configuration_defines_a_tool()
    {
        Write("config.toml", """
            [tools.agent]
            binary = "my-agent"
            args = ["--session", "{session_id}"]
            resume_args = ["--resume", "{tool_session_id}"]
            model_args = ["--model", "{model}"]
            state_directories = [".config/my-agent", ".cache/my-agent"]
            credentials = ["auth.json"]
            copy = ["prompts/"]
            transcripts = "sessions/{id}.jsonl"
            environment = { MY_AGENT_HOME = "{home}/.config/my-agent" }
            """);

        var tool = Tools().Get("agent");

        Assert.Equal("my-agent --session s1 --model m", Line(ToolCommand.Build(tool, "s1", null, new ToolOverrides { Model = "m" })));
        Assert.Equal("my-agent --resume t1", Line(ToolCommand.Build(tool, "s1", "t1")));
        Assert.Equal([".config/my-agent", ".cache/my-agent"], tool.StateDirectories.Select(directory => directory.Path));
        Assert.Equal([("auth.json", ImportKind.Credential), ("prompts/", ImportKind.Copy)], tool.Imports.Select(import => (import.Path, import.Kind)));
        Assert.Equal("/home/code/.config/my-agent", tool.EnvironmentFor("/home/code")["MY_AGENT_HOME"]);
        Assert.DoesNotContain("agent", ToolCatalog.BuiltIn.Names);
    }

    [Fact]
    public void A_file_defines_a_tool_and_takes_the_place_of_one_of_coi()
    {
        Write("tools/claude.toml", "name = \"claude\"\nbinary = \"claude-next\"\n[arguments]\nnew = []\nresume = []\n");

        Assert.Equal("claude-next", Tools().Get("claude").Binary);
    }

    [Theory]
    [InlineData("[tools.x]\nargs = []\n", "[tools.x]: binary is missing")]
    [InlineData("[tools.run]\nbinary = \"x\"\n", "[tools.run]: the name is coi's own")]
    [InlineData("[tools.x]\nbinary = \"x\"\ncopy = [\"a\"]\n", "state_directories, which is empty")]
    [InlineData("[tools.x]\nbinary = \"x\"\nstate_directories = [\".x\"]\nresume_args = []\n", "resume_args needs transcripts")]
    [InlineData("[tools.x]\nbinary = \"x\"\nstate_directories = [\".x\"]\ncopy = [\"../../.ssh\"]\n", "'../../.ssh' is not a single name")]
    public void A_definition_that_makes_no_sense_is_refused_with_the_reason(string toml, string reason)
    {
        Write("config.toml", toml);

        var failure = Assert.Throws<FailureException>(Tools).Failure;

        Assert.Equal("tool.definition", failure.Code);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_definition_is_named()
    {
        Write("tools/x.toml", "name = ");

        Assert.Contains("tools/x.toml", Assert.Throws<FailureException>(Tools).Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tool_that_nobody_knows_is_found_by_the_check()
    {
        Write("config.toml", "[tool]\nname = \"cursor\"\n");

        var problem = Assert.Single(LaunchFaults.Of(Load(), _home));

        Assert.Equal("tool.name", problem.Key);
        Assert.Contains("unknown tool: cursor", problem.ToFailure().Message, StringComparison.Ordinal);
        Assert.Contains("config.toml:2:1", problem.ToFailure().Message, StringComparison.Ordinal);
    }

    private ToolCatalog Tools() => Load().Tools();

    private ConfigurationResult.Loaded Load() =>
        Assert.IsType<ConfigurationResult.Loaded>(ConfigurationLoader.Load(new ConfigurationRequest { Home = _home, SystemFile = Path.Combine(_home, "none") }));

    private void Write(string name, string content)
    {
        var path = Path.Combine(_home, ".config", "coi", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }

    private static string Line(IEnumerable<string> arguments) => string.Join(' ', arguments);
}
