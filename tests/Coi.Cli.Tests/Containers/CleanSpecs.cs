using Coi.Contracts;
using Xunit;

namespace Coi.Cli.Tests.Containers;

public sealed class CleanSpecs : IAsyncLifetime
{
    private static readonly CleanItem Session = new("session", "2f6c", "claude, saved today", "found");
    private static readonly CleanItem Network = new("network", "coi0", "served coi-a-1, which is gone", "found");
    private readonly DaemonFixture _daemon = new();

    public async Task InitializeAsync()
    {
        await _daemon.StartAsync();
        Finds(Network, Session);
    }

    public Task DisposeAsync() => _daemon.DisposeAsync().AsTask();

    [Theory]
    [InlineData("clean", true, false, false)]
    [InlineData("clean --orphans", true, false, false)]
    [InlineData("clean --sessions", false, true, false)]
    [InlineData("clean --sessions --orphans", true, true, false)]
    [InlineData("clean --all", true, true, true)]
    public async Task What_is_asked_for_is_what_is_looked_for(string line, bool orphans, bool sessions, bool containers)
    {
        var said = await _daemon.Caller.RunAsync([.. line.Split(' '), "--dry-run"]);
        Assert.Equal(0, said.ExitCode);
        Assert.Equal("Found 2 item(s):\n  - network coi0 (served coi-a-1, which is gone)\n  - session 2f6c (claude, saved today)\n", said.Out);
        var request = Assert.Single(_daemon.Server.Requests, seen => seen.Path == "/v1/clean").Body;
        Assert.Contains($"\"orphans\":{Json(orphans)},\"sessions\":{Json(sessions)},\"containers\":{Json(containers)},\"dry_run\":true", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_removed_when_nobody_answers_unless_it_is_forced()
    {
        // The end of input is no answer.
        var unasked = await _daemon.Caller.RunAsync("clean");
        Assert.Equal((0, "hint: nobody answered; --force does not ask\n"), (unasked.ExitCode, unasked.Error));
        Assert.EndsWith("Cancelled.\n", unasked.Out, StringComparison.Ordinal);
        Assert.All(_daemon.Server.Requests, seen => Assert.Contains("\"dry_run\":true", seen.Body, StringComparison.Ordinal));

        var forced = await _daemon.Caller.RunAsync("clean", "--force");
        Assert.Equal(0, forced.ExitCode);
        Assert.DoesNotContain("y/N", forced.Out, StringComparison.Ordinal);
        // What was shown is what is meant.
        Assert.Contains("\"only\":[{\"kind\":\"network\",\"name\":\"coi0\"},{\"kind\":\"session\",\"name\":\"2f6c\"}]", _daemon.Server.Requests.Last().Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_a_single_y_agrees_on_a_terminal_and_from_a_pipe(bool onTerminal)
    {
        _daemon.Caller.OnTerminal = onTerminal;
        foreach (var (answer, agrees) in new[] { ("yes", false), ("", false), ("y", true) })
        {
            _daemon.Caller.Input = answer + "\n";
            var said = await _daemon.Caller.RunAsync("clean");
            Assert.Equal(0, said.ExitCode);
            Assert.Contains(agrees ? "✓ Cleaned 2 item(s)" : "Cancelled.", said.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task With_JSON_the_question_stands_beside_it()
    {
        _daemon.Caller.Input = "y\n";
        var said = await _daemon.Caller.RunAsync("clean", "--format=json");
        Assert.StartsWith("{\n", said.Out, StringComparison.Ordinal);
        Assert.Contains("Remove 2 item(s)? [y/N]: ", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_to_remove_is_said_and_succeeds()
    {
        Finds();
        Assert.Equal(new Said(0, "Nothing to clean.\n", ""), await _daemon.Caller.RunAsync("clean"));
        Assert.Equal("{\n  \"items\": []\n}\n", (await _daemon.Caller.RunAsync("clean", "--format=json")).Out);
    }

    [Fact]
    public async Task What_could_not_be_removed_is_named_and_fails_the_command()
    {
        Finds(Session with { State = "removed" }, Network with { State = "failed", Problem = new Problem("incus.refused", "it is in use") });
        var said = await _daemon.Caller.RunAsync("clean", "--force");
        Assert.Equal(1, said.ExitCode);
        Assert.Contains("✓ Cleaned 1 item(s)", said.Out, StringComparison.Ordinal);
        Assert.Contains("Warning: network coi0: it is in use", said.Error, StringComparison.Ordinal);
        Assert.Contains("1 of 2 item(s) could not be removed: coi0", said.Error, StringComparison.Ordinal);
    }

    private void Finds(params CleanItem[] items) => _daemon.Answers("POST /v1/clean", new CleanReport(items), ContractsJson.Default.CleanReport);

    private static string Json(bool value) => value ? "true" : "false";
}
