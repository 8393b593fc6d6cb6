using System.Text.Json.Nodes;
using Coi.Daemon.Sessions;
using Xunit;

namespace Coi.Daemon.Tests.Sessions;

public sealed class StateImportSpecs : IDisposable
{
    private const string Secret = "root:secret";

    private readonly SessionFixture _fixture = new();
    private readonly string _id = SessionId.New();

    [Fact]
    public void The_state_directory_is_mounted_where_the_tool_looks_for_it()
    {
        var prepared = _fixture.Prepare(_id);

        var mount = Assert.Single(prepared.State);
        Assert.Equal(("state", _fixture.State(_id).TrimEnd('/'), "/home/code/.claude"), (mount.Device, mount.Source, mount.Path));
        Assert.Equal("700", Convert.ToString((int)File.GetUnixFileMode(mount.Source), 8));
        Assert.Null(prepared.ToolSessionId);
        Assert.Empty(prepared.Notices);
    }

    [Fact]
    public void Users_without_anything_get_what_lets_the_tool_start_unasked()
    {
        _fixture.Prepare(_id);

        var state = _fixture.Json(_id, ".claude.json");
        Assert.True(state["hasCompletedOnboarding"]!.GetValue<bool>());
        Assert.True(state["projects"]!["/workspace"]!["hasTrustDialogAccepted"]!.GetValue<bool>());
        Assert.Equal("dark", state["theme"]!.GetValue<string>());
        var settings = _fixture.Json(_id, "settings.json");
        Assert.Equal("bypassPermissions", settings["permissions"]!["defaultMode"]!.GetValue<string>());
        Assert.True(settings["skipDangerousModePermissionPrompt"]!.GetValue<bool>());
    }

    [Fact]
    public void Nothing_of_the_users_settings_is_dropped()
    {
        _fixture.Host(".claude/settings.json", """
            {
              // mine
              "permissions": { "allow": ["Bash(ls:*)"], "deny": ["Read(./.env)"], "defaultMode": "plan" },
              "env": { "FOO": "bar" }, "model": "opus", "hooks": { "Stop": [{ "hooks": [] }] },
            }
            """);

        _fixture.Prepare(_id);

        var settings = _fixture.Json(_id, "settings.json");
        Assert.Equal("""["Bash(ls:*)"]""", settings["permissions"]!["allow"]!.ToJsonString());
        Assert.Equal("""["Read(./.env)"]""", settings["permissions"]!["deny"]!.ToJsonString());
        Assert.Equal("bypassPermissions", settings["permissions"]!["defaultMode"]!.GetValue<string>());
        Assert.Equal(("bar", "opus"), (settings["env"]!["FOO"]!.GetValue<string>(), settings["model"]!.GetValue<string>()));
        Assert.NotNull(settings["hooks"]!["Stop"]);
    }

    [Fact]
    public void Of_the_state_file_only_what_a_first_start_asks_for_comes_in()
    {
        _fixture.Host(".claude.json", """
            {
              "theme": "light", "oauthAccount": { "emailAddress": "a@b.example" }, "primaryApiKey": "sk-1",
              "projects": { "/home/user/secret": { "history": ["x"] } }, "mcpServers": { "x": { "env": { "TOKEN": "secret" } } },
              "customApiKeyResponses": { "approved": ["tail"] }, "machineID": "m"
            }
            """);

        _fixture.Prepare(_id);

        var state = _fixture.Json(_id, ".claude.json");
        Assert.Equal("light", state["theme"]!.GetValue<string>());
        Assert.Equal("a@b.example", state["oauthAccount"]!["emailAddress"]!.GetValue<string>());
        Assert.Equal("sk-1", state["primaryApiKey"]!.GetValue<string>());
        Assert.Equal(["/workspace"], state["projects"]!.AsObject().Select(pair => pair.Key));
        Assert.False(state.ContainsKey("mcpServers"));
        Assert.False(state.ContainsKey("machineID"));
        Assert.DoesNotContain("secret", File.ReadAllText(_fixture.State(_id, ".claude.json")));
    }

    [Fact]
    public void What_a_resumed_session_has_learned_is_merged_and_not_overwritten()
    {
        _fixture.Prepare(_id);
        File.WriteAllText(_fixture.State(_id, ".claude.json"), """{ "theme": "blue", "projects": { "/workspace": { "lastCost": 3 } }, "tips": [1] }""");
        File.WriteAllText(_fixture.State(_id, "settings.json"), """{ "model": "haiku", "permissions": { "allow": ["B"], "defaultMode": "default" } }""");
        _fixture.Host(".claude.json", """{ "theme": "light", "numStartups": 5 }""");
        _fixture.Host(".claude/settings.json", """{ "model": "opus", "permissions": { "allow": ["A"], "deny": ["C"] } }""");

        _fixture.Prepare(_id);

        var state = _fixture.Json(_id, ".claude.json");
        Assert.Equal(("blue", 3, 5), (state["theme"]!.GetValue<string>(), state["projects"]!["/workspace"]!["lastCost"]!.GetValue<int>(), state["numStartups"]!.GetValue<int>()));
        Assert.True(state["projects"]!["/workspace"]!["hasTrustDialogAccepted"]!.GetValue<bool>());
        var settings = _fixture.Json(_id, "settings.json");
        Assert.Equal("haiku", settings["model"]!.GetValue<string>());
        Assert.Equal("""{"allow":["A","B"],"deny":["C"],"defaultMode":"bypassPermissions"}""", settings["permissions"]!.ToJsonString());
    }

    [Fact]
    public void An_api_key_is_approved_by_its_tail_and_only_once()
    {
        _fixture.Prepare(_id, ("ANTHROPIC_API_KEY", "sk-ant-0123456789-abcdefghijklmnopqrstuvwxyz"));
        _fixture.Prepare(_id, ("ANTHROPIC_API_KEY", "sk-ant-0123456789-abcdefghijklmnopqrstuvwxyz"));

        Assert.Equal("""["ghijklmnopqrstuvwxyz"]""", _fixture.Json(_id, ".claude.json")["customApiKeyResponses"]!["approved"]!.ToJsonString());
        Assert.DoesNotContain("sk-ant", File.ReadAllText(_fixture.State(_id, ".claude.json")));
    }

    [Theory]
    [InlineData(200, 100, "host")]
    [InlineData(100, 200, "stored")]
    public void The_credential_that_expires_later_wins(long hostExpiry, long storedExpiry, string winner)
    {
        _fixture.Prepare(_id);
        File.WriteAllText(_fixture.State(_id, ".credentials.json"), Credential("stored", storedExpiry));
        File.SetLastWriteTimeUtc(_fixture.State(_id, ".credentials.json"), new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.WriteAllText(_fixture.State(_id, ".claude.json"), """{ "oauthAccount": "stored" }""");
        _fixture.Host(".claude/.credentials.json", Credential("host", hostExpiry));
        _fixture.Host(".claude.json", """{ "oauthAccount": "host" }""");

        _fixture.Prepare(_id);

        Assert.Contains($"\"{winner}\"", File.ReadAllText(_fixture.State(_id, ".credentials.json")));
        Assert.Equal(winner, _fixture.Json(_id, ".claude.json")["oauthAccount"]!.GetValue<string>());
        if (winner == "host")
            Assert.Equal("600", Convert.ToString((int)File.GetUnixFileMode(_fixture.State(_id, ".credentials.json")), 8));
    }

    [Theory]
    [InlineData("", "{\"a\":1}", "host")]
    [InlineData("{ broken", "{\"a\":1}", "host")]
    [InlineData("{\"a\":2}", "", "stored")]
    [InlineData("{\"a\":2}", "{ broken", "stored")]
    public void A_credential_that_cannot_be_read_loses(string stored, string host, string winner)
    {
        _fixture.Prepare(_id);
        File.WriteAllText(_fixture.State(_id, ".credentials.json"), stored);
        _fixture.Host(".claude/.credentials.json", host);

        _fixture.Prepare(_id);

        Assert.Equal(winner == "host" ? host : stored, File.ReadAllText(_fixture.State(_id, ".credentials.json")));
    }

    [Fact]
    public void Commands_agents_and_skills_come_in_and_newer_ones_inside_stay()
    {
        _fixture.Host(".claude/commands/deep/hi.md", "one");
        _fixture.Host(".claude/skills/s/run.sh", "#!/bin/sh");
        File.SetUnixFileMode(Path.Combine(_fixture.HostClaude, "skills/s/run.sh"), (UnixFileMode)0b111_101_101);
        _fixture.Host(".claude/projects/-other/x.jsonl", "other conversations");
        _fixture.Host(".claude/settings.local.json", "{}");
        _fixture.Prepare(_id);

        Assert.Equal("one", File.ReadAllText(_fixture.State(_id, "commands/deep/hi.md")));
        Assert.True(File.GetUnixFileMode(_fixture.State(_id, "skills/s/run.sh")).HasFlag(UnixFileMode.UserExecute));
        Assert.False(Directory.Exists(_fixture.State(_id, "projects")));
        Assert.False(File.Exists(_fixture.State(_id, "settings.local.json")));

        File.WriteAllText(_fixture.State(_id, "commands/deep/hi.md"), "changed inside");
        _fixture.Prepare(_id);
        Assert.Equal("changed inside", File.ReadAllText(_fixture.State(_id, "commands/deep/hi.md")));

        _fixture.Host(".claude/commands/deep/hi.md", "two");
        File.SetLastWriteTimeUtc(Path.Combine(_fixture.HostClaude, "commands/deep/hi.md"), new DateTime(2100, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        _fixture.Prepare(_id);
        Assert.Equal("two", File.ReadAllText(_fixture.State(_id, "commands/deep/hi.md")));
    }

    [Fact]
    public void Links_in_the_users_own_directories_are_followed()
    {
        Directory.CreateDirectory(Path.Combine(_fixture.Outside, "agents"));
        File.WriteAllText(Path.Combine(_fixture.Outside, "agents/a.md"), "mine");
        File.CreateSymbolicLink(Path.Combine(_fixture.HostClaude, "agents"), Path.Combine(_fixture.Outside, "agents"));
        File.CreateSymbolicLink(Path.Combine(_fixture.Outside, "agents/loop"), Path.Combine(_fixture.Outside, "agents"));

        _fixture.Prepare(_id);

        Assert.Equal("mine", File.ReadAllText(_fixture.State(_id, "agents/a.md")));
    }

    [Theory]
    [InlineData(".credentials.json")]
    [InlineData("settings.json")]
    [InlineData(".claude.json")]
    [InlineData("CLAUDE.md")]
    public void A_planted_link_is_neither_read_nor_written_through(string name)
    {
        Directory.CreateDirectory(_fixture.Outside);
        var shadow = Path.Combine(_fixture.Outside, "shadow");
        File.WriteAllText(shadow, $"{{\"secret\": \"{Secret}\"}}");
        _fixture.Prepare(_id);
        File.Delete(_fixture.State(_id, name));
        File.CreateSymbolicLink(_fixture.State(_id, name), shadow);
        _fixture.Host(".claude/.credentials.json", Credential("host", 1));
        _fixture.Host(".claude/CLAUDE.md", "mine");

        var prepared = _fixture.Prepare(_id);

        Assert.Equal($"{{\"secret\": \"{Secret}\"}}", File.ReadAllText(shadow));
        Assert.Null(new FileInfo(_fixture.State(_id, name)).LinkTarget);
        Assert.DoesNotContain(Secret, File.ReadAllText(_fixture.State(_id, name)));
        Assert.Contains(prepared.Notices, notice => notice.Contains("is a symbolic link"));
    }

    [Fact]
    public void A_planted_link_in_place_of_a_directory_is_left_alone()
    {
        Directory.CreateDirectory(_fixture.Outside);
        _fixture.Host(".claude/commands/hi.md", "one");
        _fixture.Prepare(_id);
        Directory.Delete(_fixture.State(_id, "commands"), recursive: true);
        File.CreateSymbolicLink(_fixture.State(_id, "commands"), _fixture.Outside);

        var prepared = _fixture.Prepare(_id);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_fixture.Outside));
        Assert.Contains(prepared.Notices, notice => notice.Contains("is not a directory"));
    }

    [Fact]
    public void A_planted_pipe_does_not_hold_the_daemon()
    {
        _fixture.Prepare(_id);
        File.Delete(_fixture.State(_id, ".claude.json"));
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", _fixture.State(_id, ".claude.json")))
            mkfifo.WaitForExit();

        var prepared = _fixture.Prepare(_id);

        Assert.Contains(prepared.Notices, notice => notice.Contains("is not a regular file"));
        Assert.True(_fixture.Json(_id, ".claude.json")["hasCompletedOnboarding"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ \"theme\": ")]
    [InlineData("[]")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("\0")]
    public void A_state_file_that_is_broken_is_replaced_and_kept_aside(string content)
    {
        _fixture.Prepare(_id);
        File.WriteAllText(_fixture.State(_id, ".claude.json"), content);

        var prepared = _fixture.Prepare(_id);

        Assert.True(_fixture.Json(_id, ".claude.json")["hasCompletedOnboarding"]!.GetValue<bool>());
        if (content.Length > 0)
        {
            Assert.Equal(content, File.ReadAllText(_fixture.State(_id, ".claude.json.unreadable")));
            Assert.Single(prepared.Notices);
        }
    }

    [Fact]
    public void A_broken_file_of_the_users_is_named_and_not_taken_over()
    {
        _fixture.Host(".claude/settings.json", "{ broken");

        var prepared = _fixture.Prepare(_id);

        Assert.Contains("settings.json is not a JSON object", Assert.Single(prepared.Notices));
        Assert.Equal("{ broken", File.ReadAllText(Path.Combine(_fixture.HostClaude, "settings.json")));
    }

    [Fact]
    public void Without_leave_to_copy_nothing_of_the_host_comes_in()
    {
        _fixture.Host(".claude/.credentials.json", Credential("host", 1));
        _fixture.Host(".claude/settings.json", """{ "env": { "A": "B" } }""");

        _fixture.Store.Prepare(new SessionPreparation { Tool = _fixture.Claude, SessionId = _id, HostHome = null });

        Assert.False(File.Exists(_fixture.State(_id, ".credentials.json")));
        Assert.False(_fixture.Json(_id, "settings.json").ContainsKey("env"));
    }

    [Fact]
    public void What_an_interrupted_write_left_behind_is_removed()
    {
        _fixture.Prepare(_id);
        File.WriteAllText(_fixture.State(_id, ".coi-0123.tmp"), "half");

        _fixture.Prepare(_id);

        Assert.False(File.Exists(_fixture.State(_id, ".coi-0123.tmp")));
    }

    [Fact]
    public void A_home_that_cannot_be_written_is_a_problem_that_says_so()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_fixture.Home)!);
        File.WriteAllText(_fixture.Home, "a file where the directory should be");

        var failure = Assert.Throws<Coi.Contracts.ProblemException>(() => _fixture.Prepare(_id));
        Assert.Equal("session.files", failure.Problem.Code);
        Assert.Contains(_fixture.Home, failure.Problem.Message);
    }

    public void Dispose() => _fixture.Dispose();

    private static string Credential(string name, long expiry) =>
        new JsonObject { ["claudeAiOauth"] = new JsonObject { ["accessToken"] = name, ["expiresAt"] = expiry } }.ToJsonString();
}
