using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Sessions;

public sealed class BackgroundSessionSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task A_background_session_shows_its_tool_and_is_listed()
    {
        var name = await Coi.StartAsync();

        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Coi.Workspace)))[..8];
        Assert.Equal($"{Coi.Prefix}{hash}-1", name);
        var screen = await Coi.ScreenShowsAsync(name, "directory: /workspace");
        Assert.Contains("dummy 1.0.0", screen, StringComparison.Ordinal);

        var text = (await Coi.OutputAsync("list")).Split('\n');
        Assert.Equal(["Active Containers:", "------------------", $"  {name} (ephemeral)", "    Status: Running"], text.Take(4));
        Assert.Contains(text, line => line.StartsWith("    IPv4: 10.", StringComparison.Ordinal));
        Assert.Contains(text, line => System.Text.RegularExpressions.Regex.IsMatch(line, @"^    Created: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$"));
        Assert.Contains(text, line => line.StartsWith("    Image: ", StringComparison.Ordinal));
        Assert.Contains($"    Workspace: {Coi.Workspace}", text);
        Assert.DoesNotContain(text, line => line.Contains("Saved Sessions", StringComparison.Ordinal));

        var json = JsonNode.Parse(await Coi.OutputAsync("list", "--format=json"));
        var container = Assert.Single(json!["active_containers"]!.AsArray())!;
        Assert.Equal(name, (string?)container["name"]);
        Assert.Equal("Running", (string?)container["status"]);
        Assert.Equal(Coi.Workspace, (string?)container["workspace"]);
        Assert.False((bool?)container["persistent"]);
        Assert.Matches(@"^10\.\d+\.\d+\.\d+$", (string?)container["ipv4"]);
        Assert.Matches(@"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$", (string?)container["created_at"]);
        var keys = container.AsObject().Select(pair => pair.Key).ToList();
        Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
    }

    [Fact]
    public async Task Nothing_runs_means_an_empty_listing()
    {
        Assert.Equal("Active Containers:\n------------------\n  (none)\n", await Coi.OutputAsync("list"));
        Assert.Equal("Active Containers:\n------------------\n  (none)\n\nSaved Sessions:\n---------------\n  (none)\n", await Coi.OutputAsync("list", "--all"));
        Assert.Equal("{\n  \"active_containers\": []\n}\n", await Coi.OutputAsync("list", "--all", "--format=json"));
        Assert.Contains("No containers to kill", await Coi.OutputAsync("kill", "--all"), StringComparison.Ordinal);
        Assert.Contains("No active sessions", await Coi.OutputAsync("attach"), StringComparison.Ordinal);
        Assert.Contains("No active sessions", await Coi.OutputAsync("tmux", "list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_workspace_is_the_same_inside_and_outside()
    {
        await File.WriteAllTextAsync(Path.Combine(Coi.Workspace, "outside.txt"), "from outside");
        var name = await Coi.StartAsync();
        await Coi.PromptsAsync(name);

        await Coi.TypeAsync(name, "!cat outside.txt; echo ' inside' > made.txt; pwd");
        await Coi.ScreenShowsAsync(name, "from outside");

        Assert.Equal(" inside\n", await File.ReadAllTextAsync(Path.Combine(Coi.Workspace, "made.txt")));
    }

    [Theory]
    [InlineData("say $HOME and `id` and $(whoami)")]
    [InlineData("it's \"quoted\" \\ and Enter C-c;")]
    [InlineData("-- --help ünïcödé 世界 🎉")]
    public async Task Text_sent_into_a_session_arrives_as_it_is(string text)
    {
        var name = await Coi.StartAsync();
        await Coi.PromptsAsync(name);

        await Coi.OutputAsync("tmux", "send", name, "--", text);

        await Coi.ScreenShowsAsync(name, $"dummy answers (1): {text}");
    }

    [Fact]
    public async Task Tmux_list_names_the_sessions_that_can_be_typed_into()
    {
        var name = await Coi.StartAsync();

        Assert.Equal($"Active sessions:\n  - {name} (tmux session: coi-{name})\n", await Coi.OutputAsync("tmux", "list"));
    }

    [Fact]
    public async Task The_tool_runs_in_tmux_and_bash_as_the_user_code()
    {
        var name = await Coi.StartAsync();
        await Coi.PromptsAsync(name);

        await Coi.TypeAsync(name, "!echo $USER; sudo -n id -un; tmux display-message -p '#S'; ps -o comm= -p $(tmux display-message -p '#{pane_pid}')");

        await Coi.ScreenShowsAsync(name, $"\ncode\nroot\ncoi-{name}\nbash\n");
    }

    [Fact]
    public async Task When_the_tool_ends_a_shell_takes_its_place_and_the_container_goes_on()
    {
        var name = await Coi.StartAsync();
        await Coi.PromptsAsync(name);

        await Coi.TypeAsync(name, "/exit");
        await Coi.ScreenShowsAsync(name, "bye");
        await Coi.TypeAsync(name, "echo shell=$0");

        await Coi.ScreenShowsAsync(name, "shell=bash");
        Assert.True(await Coi.Incus.RunsAsync(name));
    }

    [Fact]
    public async Task Debug_starts_bash_in_place_of_the_tool()
    {
        var name = await Coi.StartAsync("--debug");

        await Coi.TypeAsync(name, "echo shell=$0 in $PWD");

        await Coi.ScreenShowsAsync(name, "shell=bash in /workspace");
    }
}
