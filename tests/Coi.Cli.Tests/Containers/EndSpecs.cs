using Coi.Contracts;
using Xunit;

namespace Coi.Cli.Tests.Containers;

public sealed class EndSpecs : IAsyncLifetime
{
    private readonly DaemonFixture _daemon = new();

    public async Task InitializeAsync()
    {
        await _daemon.StartAsync();
        _daemon.Containers("coi-a-1", "coi-a-2");
        _daemon.Answers("POST /v1/containers/kill", new EndedContainers(["coi-a-1", "coi-a-2"], []), ContractsJson.Default.EndedContainers);
        _daemon.Answers("POST /v1/containers/shutdown", new EndedContainers(["coi-a-1"], []), ContractsJson.Default.EndedContainers);
    }

    public Task DisposeAsync() => _daemon.DisposeAsync().AsTask();

    [Fact]
    public async Task All_is_asked_for_and_only_a_single_y_agrees()
    {
        foreach (var (answer, agrees) in new[] { ("y", true), ("Y", true), ("yes", false), ("n", false), ("", false) })
        {
            _daemon.Caller.Input = answer + "\n";
            var said = await _daemon.Caller.RunAsync("kill", "--all");
            Assert.Equal(0, said.ExitCode);
            Assert.Contains("Found 2 container(s):\n  - coi-a-1\n  - coi-a-2\n", said.Out, StringComparison.Ordinal);
            Assert.Contains("[y/N]: ", said.Out, StringComparison.Ordinal);
            Assert.Contains(agrees ? "Killed 2 container(s)" : "Cancelled.", said.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_end_of_input_is_a_refusal()
    {
        var said = await _daemon.Caller.RunAsync("kill", "coi-a-1", "coi-a-2");
        Assert.Equal(0, said.ExitCode);
        Assert.EndsWith("Cancelled.\n", said.Out, StringComparison.Ordinal);
        Assert.Equal("hint: nobody answered; --force does not ask\n", said.Error);
        Assert.DoesNotContain(_daemon.Server.Requests, seen => seen.Path == "/v1/containers/kill");
    }

    [Fact]
    public async Task One_name_is_not_asked_for_and_force_never_asks()
    {
        var one = await _daemon.Caller.RunAsync("shutdown", "--timeout=7", "coi-a-1");
        Assert.Equal("  ✓ Shutdown coi-a-1\nShutdown 1 container(s)\n", one.Out);
        Assert.Contains("\"timeout_seconds\":7", _daemon.Server.Requests.Last().Body, StringComparison.Ordinal);
        var all = await _daemon.Caller.RunAsync("kill", "--all", "--force");
        Assert.DoesNotContain("[y/N]", all.Out, StringComparison.Ordinal);
        // What was shown is what is meant, not what may have been started since.
        Assert.Contains("\"names\":[\"coi-a-1\",\"coi-a-2\"],\"all\":false", _daemon.Server.Requests.Last().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_means_containers_launched_by_name_too()
    {
        var launched = DaemonFixture.Container("box", 0, "") with { SessionId = "" };
        _daemon.Says("GET /v1/list", new Listing([DaemonFixture.Container("coi-a-1", 1, "/")], null, [launched]), ContractsJson.Default.Listing);
        foreach (var verb in new[] { "kill", "shutdown" })
        {
            Assert.Equal(0, (await _daemon.Caller.RunAsync(verb, "--all", "--force")).ExitCode);
            Assert.Contains("\"names\":[\"box\",\"coi-a-1\"]", _daemon.Server.Requests.Last().Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_part_that_fails_is_listed_and_fails_the_command()
    {
        var ended = new EndedContainers(["coi-a-1"], [new FailedContainer("coi-b-1", new Problem("container.missing", "coi-b-1 does not exist", "coi list"))]);
        _daemon.Answers("POST /v1/containers/kill", ended, ContractsJson.Default.EndedContainers);
        var said = await _daemon.Caller.RunAsync("kill", "--force", "coi-a-1", "coi-b-1");
        Assert.Equal(1, said.ExitCode);
        Assert.Equal("  ✓ Killed coi-a-1\nKilled 1 container(s)\n", said.Out);
        Assert.Contains("  Warning: coi-b-1: coi-b-1 does not exist\n", said.Error, StringComparison.Ordinal);
        Assert.Contains("error: 1 of 2 container(s) could not be killed: coi-b-1\n", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_to_end_is_a_success_when_all_was_meant()
    {
        _daemon.Containers();
        Assert.Equal(new Said(0, "No containers to kill\n", ""), await _daemon.Caller.RunAsync("kill", "--all"));
        Assert.Equal(new Said(0, "No containers to shutdown\n", ""), await _daemon.Caller.RunAsync("shutdown", "--all", "--force"));
    }

    [Fact]
    public async Task None_ended_says_so_and_fails()
    {
        _daemon.Answers(
            "POST /v1/containers/shutdown", new EndedContainers([], [new FailedContainer("x", new Problem("container.missing", "x does not exist"))]),
            ContractsJson.Default.EndedContainers);
        var said = await _daemon.Caller.RunAsync("shutdown", "x");
        Assert.Equal(1, said.ExitCode);
        Assert.Equal("No containers were shutdown\n", said.Out);
    }
}
