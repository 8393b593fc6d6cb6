using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Tools;

/// <summary>The real Codex, OpenCode and Gemini CLI from npm, in a restricted network, against a stand-in for their services on a host that the test makes.</summary>
[Collection(WholeMachine.Name)]
public sealed class CodingToolSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private const int Patience = 60;
    private readonly ToolApis _api = new();
    private NetworkHost? _host;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Coi.Environment["COI_USE_DUMMY"] = null;
        _host = await NetworkHost.CreateAsync("coi-e2e-t", "198.51.100.74", _api.AnswerAsync);
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (_host is not null) await _host.DisposeAsync();
    }

    [Fact]
    public Task Codex_keeps_its_conversation()
    {
        OfTheUser(".codex/config.toml", $$"""
            model = "stand-in"
            model_provider = "standin"
            [model_providers.standin]
            name = "stand-in"
            base_url = "{{_host!.Url}}/v1"
            wire_api = "responses"
            [mcp_servers.private]
            command = "never"
            env = { TOKEN = "a secret of another service" }
            """);
        return KeepsAConversationAsync("codex", "OpenAI Codex", ".codex/config.toml");
    }

    [Fact]
    public Task OpenCode_keeps_its_conversation()
    {
        OfTheUser(".config/opencode/opencode.json", $$"""
            {
              // A provider of the user's own.
              "provider": {"standin": {"npm": "@ai-sdk/openai-compatible", "name": "stand-in",
                "options": {"baseURL": "{{_host!.Url}}/v1", "apiKey": "x"}, "models": {"m": {"name": "m"} } } },
              "model": "standin/m",
              "mcp": {"private": {"type": "local", "command": ["never"], "environment": {"TOKEN": "a secret of another service"} } }
            }
            """);
        return KeepsAConversationAsync("opencode", "Ask anything", ".config/opencode/opencode.json");
    }

    [Fact]
    public Task Gemini_keeps_its_conversation()
    {
        OfTheUser(".gemini/settings.json", """
            {"security": {"auth": {"selectedType": "gemini-api-key"}}, "mcpServers": {"private": {"command": "never", "env": {"TOKEN": "a secret of another service"}}}}
            """);
        return KeepsAConversationAsync(
            "gemini", "Type your message", ".gemini/settings.json",
            "--env", "GEMINI_API_KEY=made-up", "--env", $"GOOGLE_GEMINI_BASE_URL={_host!.Url}", "--env", "GEMINI_MODEL=gemini-2.5-pro");
    }

    private async Task KeepsAConversationAsync(string tool, string ready, string settings, params string[] account)
    {
        Coi.Configure($"[tool]\nname = \"{tool}\"\n");
        _api.Answer = "Noted: ultramarine-7.";
        var first = await Coi.StartAsync(account);
        await Coi.ScreenShowsAsync(first, ready, Patience);
        await Coi.TypeAsync(first, "Please remember the colour ultramarine.");
        await Coi.ScreenShowsAsync(first, "ultramarine-7", Patience);
        var copied = (await IncusView.ExecAsync(first, "cat", $"/home/code/{settings}")).Succeeded().Output;
        Assert.DoesNotContain("a secret of another service", copied, StringComparison.Ordinal);
        await Coi.OutputAsync("shutdown", first);
        Assert.Equal(tool, (string?)(await Coi.InfoAsync())["tool"]);

        _api.Answer = "It was sea-8.";
        var second = await Coi.StartAsync(["--resume", .. account]);
        await Coi.ScreenShowsAsync(second, "ultramarine-7", Patience);
        // Gemini shows the conversation before it takes words.
        if (tool == "gemini") await Coi.ScreenShowsAsync(second, ready, Patience);
        await Coi.TypeAsync(second, "Name that colour again.");
        await Coi.ScreenShowsAsync(second, "sea-8", Patience);

        Output.WriteLine(await Coi.ScreenAsync(second));
        Assert.Contains(_api.Asking("Name that colour again."), body => body.Contains("Please remember the colour ultramarine.", StringComparison.Ordinal));
    }

    private void OfTheUser(string path, string content)
    {
        var file = Path.Combine(Coi.UserHome, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }
}
