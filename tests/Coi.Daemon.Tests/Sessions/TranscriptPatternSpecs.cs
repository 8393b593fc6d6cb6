using Coi.Daemon.Sessions;
using Coi.Daemon.Tools;
using Coi.Domain.Tools;
using Xunit;

namespace Coi.Daemon.Tests.Sessions;

/// <summary>Conversations of tools that keep them elsewhere than in one directory, by their ids.</summary>
public sealed class TranscriptPatternSpecs : IDisposable
{
    private const string Older = "01a20af3-b874-7651-b0b3-491a250eeb3d";
    private const string Newer = "01a20af3-ffff-7651-b0b3-491a250eeb3d";
    private readonly SessionFixture _fixture = new();
    private readonly string _id = SessionId.New();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Codex_keeps_them_by_day_and_the_id_ends_the_name()
    {
        var codex = Prepared("codex");
        Write(codex, $"sessions/2026/11/23/rollout-2026-11-23T10-00-00-{Newer}.jsonl", "{\"type\":\"response_item\"}\n", minute: 2);
        Write(codex, $"sessions/2026/11/24/rollout-2026-11-24T10-00-00-{Older}.jsonl", "{\"type\":\"response_item\"}\n", minute: 1);
        Write(codex, "sessions/2026/11/24/rollout-without-an-id.jsonl", "{\"type\":\"response_item\"}\n", minute: 3);

        Assert.Equal(Newer, _fixture.Store.FindConversation(codex, _id));
    }

    [Fact]
    public void A_planted_link_does_not_hide_them_and_is_not_followed()
    {
        var codex = Prepared("codex");
        Write(codex, $"sessions/2026/11/24/rollout-1-{Older}.jsonl", "{\"type\":\"response_item\"}\n", minute: 1);
        var outside = Directory.CreateDirectory(Path.Combine(_fixture.Outside, "23")).FullName;
        File.WriteAllText(Path.Combine(outside, $"rollout-1-{Newer}.jsonl"), "{\"type\":\"response_item\"}\n");
        File.CreateSymbolicLink(Path.Combine(State(codex), "sessions/2026/11/23"), outside);
        File.CreateSymbolicLink(Path.Combine(State(codex), "sessions/2025"), _fixture.Outside);

        Assert.Equal(Older, _fixture.Store.FindConversation(codex, _id));
    }

    [Fact]
    public void Gemini_finds_its_newest_itself_when_something_was_said()
    {
        var gemini = Prepared("gemini");
        Assert.Null(_fixture.Store.FindConversation(gemini, _id));
        Write(gemini, "tmp/workspace/chats/session-2026-11-24T00-33-8d9ca580.jsonl", "{\"sessionId\":\"x\"}\n{\"$set\":{}}\n", minute: 1);
        Assert.Null(_fixture.Store.FindConversation(gemini, _id));
        Write(gemini, "tmp/workspace/chats/session-2026-11-24T00-34-8d9ca581.jsonl", "{\"sessionId\":\"x\"}\n{\"type\":\"user\"}\n", minute: 2);

        Assert.NotNull(_fixture.Store.FindConversation(gemini, _id));
    }

    [Fact]
    public void OpenCode_has_two_directories_with_settings_of_the_hosts_in_the_second()
    {
        _fixture.Host(".local/share/opencode/auth.json", "{\"standin\":{\"key\":\"k\"}}");
        _fixture.Host(".config/opencode/opencode.json", "{ /* mine */ \"model\": \"a/b\", \"mcp\": {\"x\": {\"environment\": {\"TOKEN\": \"secret\"}}} }");
        var opencode = Prepared("opencode");

        var directory = _fixture.Store.DirectoryOf("opencode", _id);
        Assert.Equal("{\"standin\":{\"key\":\"k\"}}", File.ReadAllText(Path.Combine(directory, ".local/share/opencode/auth.json")));
        var settings = File.ReadAllText(Path.Combine(directory, ".config/opencode/opencode.json"));
        Assert.Contains("a/b", settings, StringComparison.Ordinal);
        Assert.Contains("\"autoupdate\": false", settings, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", settings, StringComparison.Ordinal);
        Write(opencode, "opencode.db", "SQLite", minute: 1);
        Assert.Equal("opencode.db", _fixture.Store.FindConversation(opencode, _id));
    }

    [Fact]
    public void Codexs_settings_are_merged_as_TOML()
    {
        _fixture.Host(".codex/config.toml", "model = \"m\"\n[model_providers.mine]\nbase_url = \"http://x\"\n[[tui.list]]\na = 1\n[mcp_servers.x.env]\nTOKEN = \"secret\"\n");
        var codex = Prepared("codex");
        var file = Path.Combine(State(codex), "config.toml");
        var first = File.ReadAllText(file);
        File.AppendAllText(file, "\n[notice]\nseen = true\n");
        Prepared("codex");
        var second = File.ReadAllText(file);

        Assert.DoesNotContain("secret", first, StringComparison.Ordinal);
        foreach (var text in new[] { "model = \"m\"", "base_url = \"http://x\"", "trust_level = \"trusted\"", "check_for_update_on_startup = false" })
        {
            Assert.Contains(text, first, StringComparison.Ordinal);
            Assert.Contains(text, second, StringComparison.Ordinal);
        }

        Assert.Contains("seen = true", second, StringComparison.Ordinal);
    }

    private ToolDefinition Prepared(string name)
    {
        var tool = ToolCatalog.BuiltIn.Get(name);
        _fixture.Store.Prepare(new SessionPreparation { Tool = tool, SessionId = _id, HostHome = _fixture.HostHome });
        return tool;
    }

    private string State(ToolDefinition tool) => Path.Combine(_fixture.Store.DirectoryOf(tool.Name, _id), tool.StateDirectories[0].Path);

    private void Write(ToolDefinition tool, string path, string content, int minute)
    {
        var file = Path.Combine(State(tool), path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        File.SetLastWriteTimeUtc(file, new DateTime(2026, 11, 24, 10, minute, 0, DateTimeKind.Utc));
    }
}
