using Coi.Contracts;
using Xunit;

namespace Coi.Cli.Tests.Runs;

public sealed class RunRemovalSpecs : IAsyncLifetime
{
    private readonly DaemonFixture _daemon = new();

    public Task InitializeAsync() => _daemon.StartAsync();

    public Task DisposeAsync() => _daemon.DisposeAsync().AsTask();

    [Fact]
    public async Task A_container_that_could_not_be_removed_is_named_with_the_reason_and_the_remedy()
    {
        _daemon.Answers("POST /v1/sessions", Started(), ContractsJson.Default.StartedSession);
        _daemon.Answers(
            "POST /v1/containers/kill", new EndedContainers([], [new FailedContainer("coi-a-1", new Problem("incus.refused", "the pool is busy"))]),
            ContractsJson.Default.EndedContainers);

        var said = await _daemon.Caller.RunAsync("run", "--", "true");

        Assert.Contains("warning: coi-a-1 could not be removed now (the pool is busy)", said.Error, StringComparison.Ordinal);
        Assert.Contains("'coi kill coi-a-1' tries again", said.Error, StringComparison.Ordinal);
    }

    // Nobody answers where it says Incus is: the command cannot be run, and the container goes all the same.
    private StartedSession Started() => new()
    {
        SessionId = "s-1",
        Container = "coi-a-1",
        Slot = 1,
        Workspace = _daemon.Caller.Home,
        Tool = "run",
        Persistent = false,
        Resumed = false,
        Image = "coi",
        Network = "restricted",
        Attach = DaemonFixture.Target("coi-a-1", Path.Combine(_daemon.Caller.Home, "no-incus")),
    };
}
