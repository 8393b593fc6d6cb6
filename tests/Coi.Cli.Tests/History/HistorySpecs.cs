using System.Text.Json;
using Coi.Contracts;
using Xunit;

namespace Coi.Cli.Tests.History;

public sealed class HistorySpecs : IAsyncLifetime
{
    private static readonly HistoryEvent Started = new()
    {
        At = new DateTimeOffset(new DateTime(2026, 2, 1, 10, 0, 0, DateTimeKind.Local)),
        Event = "session_started",
        Text = "it was running",
        Container = "coi-9dad1e4e-1",
        Phase = "running",
    };

    private readonly DaemonFixture _daemon = new();

    public async Task InitializeAsync()
    {
        await _daemon.StartAsync();
        Knows("");
    }

    public async Task DisposeAsync() => await _daemon.DisposeAsync();

    [Fact]
    public async Task Each_event_is_a_line_with_its_time_and_container()
    {
        var said = await _daemon.Caller.RunAsync("history");
        Assert.Equal((0, "2026-02-01 10:00:00  coi-9dad1e4e-1: it was running\n", ""), (said.ExitCode, said.Out, said.Error));
    }

    [Fact]
    public async Task What_is_asked_for_reaches_the_daemon()
    {
        Knows($"?workspace={Uri.EscapeDataString(_daemon.Caller.Home)}&container=a%20b&session=2f6c&since=2026-02-01T10%3A00%3A00.0000000%2B00%3A00&until=2026-02-01T11%3A00%3A00.0000000%2B00%3A00");
        var said = await _daemon.Caller.RunAsync(
            "history", "--workspace", ".", "--container", "a b", "--session", "2f6c", "--since", "2026-02-01T10:00:00Z", "--until", "2026-02-01T12:00:00+01:00");
        Assert.Equal((0, ""), (said.ExitCode, said.Error));
    }

    [Fact]
    public async Task Programs_get_json()
    {
        var said = await _daemon.Caller.RunAsync("history", "--format=json");
        Assert.Equal("session_started", JsonDocument.Parse(said.Out).RootElement.GetProperty("events")[0].GetProperty("event").GetString());
    }

    [Fact]
    public async Task A_moment_that_is_none_is_a_usage_error()
    {
        var said = await _daemon.Caller.RunAsync("history", "--since", "someday");
        Assert.Equal(2, said.ExitCode);
        Assert.Equal(2, (await _daemon.Caller.RunAsync("list", "--at", "someday")).ExitCode);
        Assert.Equal(2, (await _daemon.Caller.RunAsync("list", "--all", "--at", "now")).ExitCode);
    }

    [Fact]
    public async Task Why_is_told_in_sentences_with_what_to_do()
    {
        _daemon.Says(
            "GET /v1/containers/coi-9dad1e4e-1/why",
            new Explanation("coi-9dad1e4e-1", "is running, and cannot go on: it broke", [Started], new Problem("slot.failed", "it broke", "coi recover coi-9dad1e4e-1")),
            ContractsJson.Default.Explanation);
        var said = await _daemon.Caller.RunAsync("why", "coi-9dad1e4e-1");
        Assert.Equal(
            "coi-9dad1e4e-1 is running, and cannot go on: it broke.\nWhat to do: coi recover coi-9dad1e4e-1\n\n2026-02-01 10:00:00  it was running\n", said.Out);
    }

    [Fact]
    public async Task A_listing_of_the_past_is_asked_for_with_its_moment()
    {
        _daemon.Says("GET /v1/list?at=2026-02-01T10%3A00%3A00.0000000%2B00%3A00", new Listing([], null), ContractsJson.Default.Listing);
        Assert.Contains("(none)", (await _daemon.Caller.RunAsync("list", "--at", "2026-02-01T10:00:00Z")).Out, StringComparison.Ordinal);
    }

    private void Knows(string query) => _daemon.Says("GET /v1/history" + query, new Contracts.History([Started]), ContractsJson.Default.History);
}
