using Coi.Contracts;
using Xunit;

namespace Coi.Cli.Tests.Containers;

public sealed class PersistSpecs : IAsyncLifetime
{
    private readonly DaemonFixture _daemon = new();

    public async Task InitializeAsync()
    {
        await _daemon.StartAsync();
        _daemon.Containers("coi-a-1", "coi-a-2");
    }

    public Task DisposeAsync() => _daemon.DisposeAsync().AsTask();

    [Fact]
    public async Task What_is_kept_now_and_what_was_kept_before_is_said()
    {
        Answers(new KeptContainers([new KeptContainer("coi-a-1", true), new KeptContainer("coi-a-2", false)], []));
        var said = await _daemon.Caller.RunAsync("persist", "--all", "--force");
        Assert.Equal(0, said.ExitCode);
        Assert.EndsWith("  ✓ Persisted coi-a-1\n  ✓ Persisted coi-a-2 (it was persistent already)\nPersisted 2 container(s)\n", said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_that_fails_is_listed_and_fails_the_command()
    {
        Answers(new KeptContainers([new KeptContainer("coi-a-1", true)], [new FailedContainer("x", new Problem("container.missing", "container 'x' does not exist"))]));
        var said = await _daemon.Caller.RunAsync("persist", "--force", "coi-a-1", "x");
        Assert.Equal(1, said.ExitCode);
        Assert.Contains("Warning: x: container 'x' does not exist", said.Error, StringComparison.Ordinal);
        Assert.Contains("error: 1 of 2 container(s) could not be persisted: x\n", said.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_are_asked_for_and_none_is_a_usage_error()
    {
        _daemon.Caller.Input = "n\n";
        Assert.Contains("Persist 2 container(s)? [y/N]: ", (await _daemon.Caller.RunAsync("persist", "coi-a-1", "coi-a-2")).Out, StringComparison.Ordinal);
        var none = await _daemon.Caller.RunAsync("persist");
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("no container names provided", none.Error, StringComparison.Ordinal);
    }

    private void Answers(KeptContainers kept) => _daemon.Answers("POST /v1/containers/persist", kept, ContractsJson.Default.KeptContainers);
}
