namespace Coi.Incus.Tests.Contract;

/// <summary>What holds for the server, its pools, profiles and operations, with the fake as with the real Incus.</summary>
public abstract class ServerContract(IncusWorld world)
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task It_says_what_it_is()
    {
        var server = await world.Client.GetServerAsync();

        Assert.Matches("^[0-9]+[.][0-9]+", server.Version);
        Assert.Equal("1.0", server.ApiVersion);
        Assert.Equal("trusted", server.Auth);
        Assert.True(server.Has("etag"));
        Assert.False(server.Has("no_such_extension"));
        Assert.Equal("0", server.ConfigText("images.auto_update_interval"));
        Assert.Null(server.ConfigText("no.such.key"));
        Assert.NotEmpty(server.Environment.KernelVersion);
        Assert.NotEmpty(server.Environment.Firewall);
        Assert.NotEmpty(server.Environment.Storage);
        Assert.NotEmpty(server.Environment.Architectures);
    }

    [Fact(Timeout = Limit)]
    public async Task Pools_and_profiles_are_found_by_name()
    {
        var profile = (await world.Client.Profiles.FindAsync("default"))!;
        var pool = (await world.Client.StoragePools.FindAsync(profile.Devices["root"]["pool"]))!;

        Assert.NotEmpty(pool.Driver);
        Assert.Equal("Created", pool.Status);
        Assert.Contains(await world.Client.StoragePools.ListAsync(), other => other.Name == pool.Name);
        Assert.Contains(await world.Client.Profiles.ListAsync(), other => other.Name == "default");
        Assert.Null(await world.Client.StoragePools.FindAsync("no-such"));
        Assert.Null(await world.Client.Profiles.FindAsync("no-such"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_running_command_is_among_the_operations_and_cannot_be_cancelled()
    {
        var name = await world.RunningAsync();
        using var output = new FirstByteStream();
        using var stop = new CancellationTokenSource();
        var running = world.Client.Exec.RunAsync(
            name, new ExecRequest { Command = ["sh", "-c", "echo x; sleep 1000"] }, new ExecStreams(null, output), cancellationToken: stop.Token);
        await output.First;

        var operation = Assert.Single(
            await world.Client.Operations.ListAsync(),
            operation => operation.Class == "websocket" && operation.Resources["instances"].Contains($"/1.0/instances/{name}"));
        Assert.False(operation.IsFinished);
        Assert.Equal(operation.Id, (await world.Client.Operations.FindAsync(operation.Id))!.Id);
        Assert.False(await world.Client.Operations.CancelAsync(operation.Id));

        var late = await Assert.ThrowsAsync<IncusTimeoutException>(() => world.Client.Operations.WaitAsync(
            operation.Id, TimeSpan.FromSeconds(0.3), "see sleep end"));
        Assert.Equal("see sleep end", late.Step);

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact(Timeout = Limit)]
    public async Task An_unknown_operation_is_null_and_cannot_be_awaited_or_cancelled()
    {
        const string Unknown = "00000000-0000-0000-0000-000000000000";

        Assert.Null(await world.Client.Operations.FindAsync(Unknown));
        Assert.False(await world.Client.Operations.CancelAsync(Unknown));
        var error = await Assert.ThrowsAsync<IncusException>(() => world.Client.Operations.WaitAsync(Unknown));
        Assert.False(error.IsNotFound);
        Assert.Contains("no longer knows the operation", error.Message);
    }
}

public sealed class FakeServerSpecs(FakeWorld world) : ServerContract(world), IClassFixture<FakeWorld>;

[Collection(RealIncusGroup.Name)]
public sealed class RealServerSpecs(RealIncus world) : ServerContract(world), IClassFixture<RealIncus>;
