using System.Text.Json.Nodes;
using Coi.Cli.Sessions;
using Coi.Contracts;
using Xunit;

namespace Coi.Cli.Tests.Sessions;

public sealed class InfoSpecs : IAsyncLifetime
{
    private static readonly SessionInfo Session = new()
    {
        Id = "2f6c1a0e",
        Tool = "claude",
        Workspace = "/home/user/project",
        Container = "coi-9dad1e4e-1",
        Persistent = false,
        SavedAt = "2026-01-31T11:02:03+01:00",
        Path = "/home/user/.coi/sessions-claude/2f6c1a0e",
        HasConversation = true,
        DataBytes = 1234,
    };

    private readonly DaemonFixture _daemon = new();

    public Task InitializeAsync() => _daemon.StartAsync();

    public Task DisposeAsync() => _daemon.DisposeAsync().AsTask();

    [Fact]
    public async Task A_session_is_shown_with_the_way_to_go_on()
    {
        _daemon.Says("GET /v1/session?id=2f6c", Session, ContractsJson.Default.SessionInfo);
        var said = await _daemon.Caller.RunAsync("info", "2f6c");
        Assert.Equal(0, said.ExitCode);
        Assert.Contains("Session ID:     2f6c1a0e\n", said.Out, StringComparison.Ordinal);
        Assert.Contains("Data Size:      1.2 KB\n", said.Out, StringComparison.Ordinal);
        Assert.Contains("Resume:         coi shell --resume=2f6c1a0e\n", said.Out, StringComparison.Ordinal);
        var json = JsonNode.Parse((await _daemon.Caller.RunAsync("info", "2f6c", "--format=json")).Out);
        Assert.Equal(("2f6c1a0e", 1234L), ((string?)json?["id"], (long?)json?["data_bytes"]));
    }

    [Fact]
    public async Task Without_an_id_the_newest_of_the_workspace_is_meant_and_what_is_wrong_with_it_is_said()
    {
        _daemon.Says("GET /v1/session?workspace=*", Session with { Warning = "metadata.json is missing", LiveIn = "coi-9dad1e4e-1" }, ContractsJson.Default.SessionInfo);
        var said = await _daemon.Caller.RunAsync("info");
        Assert.Contains("metadata.json is missing", said.Error, StringComparison.Ordinal);
        Assert.Contains("Resume:         coi attach coi-9dad1e4e-1\n", said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_is_not_there_is_an_error()
    {
        _daemon.Says("GET /v1/session?id=x", new Problem("session.not_found", "session 'x' not found", "`coi list --all`"), ContractsJson.Default.Problem, 404);
        var said = await _daemon.Caller.RunAsync("info", "x");
        Assert.Equal((1, "error: session 'x' not found\nhint: `coi list --all`\n"), (said.ExitCode, said.Error));
        Assert.Equal(2, (await _daemon.Caller.RunAsync("info", "--format=yaml")).ExitCode);
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1234, "1.2 KB")]
    [InlineData(5L << 30, "5.0 GB")]
    [InlineData(5L << 50, "5120.0 TB")]
    public void Sizes_are_in_the_unit_that_suits_them(long bytes, string text) => Assert.Equal(text, InfoText.Size(bytes));
}
