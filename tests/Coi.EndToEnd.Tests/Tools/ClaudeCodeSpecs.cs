using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Tools;

/// <summary>The real Claude Code, in a restricted network, against a stand-in for its service on a host that the test makes.</summary>
[Collection(WholeMachine.Name)]
public sealed class ClaudeCodeSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    // Shown under Claude Code's prompt when it has started in the mode that coi asks for.
    private const string Ready = "bypass permissions on";
    private readonly MessagesApi _api = new();
    private NetworkHost? _host;

    private string[] Account =>
    [
        "--env", $"ANTHROPIC_BASE_URL={_host!.Url}", "--env", "ANTHROPIC_API_KEY=sk-ant-api03-a-key-that-is-made-up-for-this-test-0123456789",
        "--env", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1",
    ];

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        Coi.Environment["COI_USE_DUMMY"] = null;
        _host = await NetworkHost.CreateAsync("coi-e2e-a", "198.51.100.70", _api.AnswerAsync);
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (_host is not null) await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_conversation_goes_on_in_a_new_container_after_a_poweroff()
    {
        _api.Answer = "Noted: the colour is ultramarine-7.";
        var first = await Coi.StartAsync(Account);
        await Coi.ScreenShowsAsync(first, Ready, 60);
        await Coi.TypeAsync(first, "Please remember the colour ultramarine.");
        await Coi.ScreenShowsAsync(first, "ultramarine-7", 60);
        (await IncusView.ShellAsync(first, "poweroff")).ToString();
        await Coi.NothingIsLeftAsync();
        Assert.Single((await Coi.ListAsync()).Sessions);

        _api.Answer = "It was the one of the deep sea-8.";
        var second = await Coi.StartAsync(["--resume", .. Account]);
        await Coi.ScreenShowsAsync(second, Ready, 60);
        await Coi.TypeAsync(second, "Which colour was it?");
        await Coi.ScreenShowsAsync(second, "sea-8", 60);

        var asked = Assert.Single(_api.Asking("Which colour was it?")).ToJsonString();
        Assert.Contains("Please remember the colour ultramarine.", asked, StringComparison.Ordinal);
        Assert.Contains("Noted: the colour is ultramarine-7.", asked, StringComparison.Ordinal);
        Output.WriteLine(string.Join('\n', _api.Paths));
    }

    [Fact]
    public async Task It_works_for_a_user_who_is_not_root_too()
    {
        await using var user = await TestUser.CreateAsync(1234);
        await using var coi = await CoiHome.CreateAsync(Output, user);
        coi.Environment["COI_USE_DUMMY"] = null;
        var name = await coi.StartAsync(Account);
        await coi.ScreenShowsAsync(name, Ready, 60);

        await coi.TypeAsync(name, "Hello?");

        await coi.ScreenShowsAsync(name, "understood", 60);
        await coi.OutputAsync("shutdown", name);
    }
}
