namespace Coi.Incus.Tests.Contract;

/// <summary>What Incus tells about itself and in which order, with the fake as with the real Incus.</summary>
public abstract class EventsContract(IncusWorld world)
{
    private const int Limit = 120_000;

    [Fact(Timeout = Limit)]
    public async Task The_life_of_an_instance_is_told_in_order()
    {
        var name = world.NewName();
        await using var events = await ListenAsync(name);

        await world.Client.Instances.CreateAsync(world.Describe(name));
        await world.Client.Instances.StartAsync(name);
        await world.Client.Instances.PatchAsync(name, new InstancePatch { Description = null, Config = new Dictionary<string, string> { ["user.a"] = "1" } });
        await world.Client.Instances.RestartAsync(name, TimeSpan.Zero, force: true);
        await world.Client.Instances.FreezeAsync(name);
        await world.Client.Instances.UnfreezeAsync(name);
        await world.Client.Exec.CaptureAsync(name, new ExecRequest { Command = ["true"] });
        await world.Client.Instances.StopAsync(name, TimeSpan.Zero, force: true);
        await world.Client.Instances.DeleteAsync(name);

        Assert.Equal(
            [
                "instance-created", "instance-started", "instance-updated", "instance-restarted", "instance-paused",
                "instance-resumed", "instance-exec", "instance-stopped", "instance-deleted",
            ],
            await events.UntilAsync("instance-deleted"));
        Assert.All(events.Seen, received => Assert.Equal($"/1.0/instances/{name}", received.Lifecycle!.Source));
        Assert.All(events.Seen, received => Assert.Equal("default", received.Project));
    }

    [Fact(Timeout = Limit)]
    public async Task A_start_within_creating_is_told_like_one_after_it()
    {
        var name = world.NewName();
        await using var events = await ListenAsync(name);

        await world.Client.Instances.CreateAsync(world.Describe(name) with { Start = true });

        Assert.Equal(["instance-created", "instance-started"], await events.UntilAsync("instance-started"));
    }

    [Fact(Timeout = Limit)]
    public async Task Poweroff_inside_is_told_as_a_shutdown()
    {
        var name = await world.CreateAsync(start: true);
        await world.WaitForBootAsync(name);
        await using var events = await ListenAsync(name);

        await world.Client.Exec.CaptureAsync(name, new ExecRequest { Command = ["poweroff"] });

        Assert.Equal(["instance-exec", "instance-shutdown"], await events.UntilAsync("instance-shutdown"));
        Assert.True((await world.Client.Instances.FindAsync(name))!.IsStopped);
    }

    [Fact(Timeout = Limit)]
    public async Task Being_asked_to_shut_down_is_told_as_a_shutdown_too()
    {
        var name = await world.CreateAsync(start: true);
        await world.WaitForBootAsync(name);
        await using var events = await ListenAsync(name);

        await world.Client.Instances.StopAsync(name, TimeSpan.FromSeconds(30));

        Assert.Equal(["instance-shutdown"], await events.UntilAsync("instance-shutdown"));
    }

    [Fact(Timeout = Limit)]
    public async Task An_ephemeral_instance_that_powers_off_is_told_as_shut_down_then_deleted()
    {
        var name = await world.CreateAsync(start: true, ephemeral: true);
        await world.WaitForBootAsync(name);
        await using var events = await ListenAsync(name);

        await world.Client.Exec.CaptureAsync(name, new ExecRequest { Command = ["poweroff"] });

        Assert.Equal(["instance-exec", "instance-shutdown", "instance-deleted"], await events.UntilAsync("instance-deleted"));
        Assert.Null(await world.Client.Instances.FindAsync(name));
    }

    [Fact(Timeout = Limit)]
    public async Task An_ephemeral_instance_stopped_by_force_is_told_as_deleted_and_stopped_in_either_order()
    {
        var name = await world.CreateAsync(start: true, ephemeral: true);
        await using var events = await ListenAsync(name);

        await world.Client.Instances.StopAsync(name, TimeSpan.Zero, force: true);

        // Incus 6.0.4 tells of the deletion first nearly always: who waits for the end must take either.
        await events.UntilAsync("instance-stopped", "instance-deleted");
        Assert.Equal(["instance-deleted", "instance-stopped"], events.Actions.Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = Limit)]
    public async Task Networks_and_ACLs_are_told_too_and_concern_no_instance()
    {
        var name = world.NewName();
        await using var events = await ListenAsync(name);

        await world.Client.NetworkAcls.CreateAsync(new NewNetworkAcl { Name = name });
        await world.Client.NetworkAcls.UpdateAsync(name, new NetworkAclPut());
        await world.Client.NetworkAcls.DeleteAsync(name);

        Assert.Equal(["network-acl-created", "network-acl-updated", "network-acl-deleted"], await events.UntilAsync("network-acl-deleted"));
        Assert.All(events.Seen, received => Assert.Null(received.Lifecycle!.InstanceName));
    }

    [Fact(Timeout = Limit)]
    public async Task Operations_are_told_only_to_who_asks_for_them()
    {
        var name = world.NewName();
        using var stop = new CancellationTokenSource();
        await using var items = world.Client.Events.FollowAsync(EventFilter.Operation | EventFilter.Lifecycle, stop.Token).GetAsyncEnumerator();
        Assert.True(await items.MoveNextAsync());

        await world.Client.Instances.CreateAsync(world.Describe(name));

        var operations = new List<string?>();
        while (await items.MoveNextAsync())
        {
            var received = Assert.IsType<EventStreamItem.EventReceived>(items.Current).Event;
            if (received.Lifecycle?.InstanceName == name) break;
            if (received.Type == "operation") operations.Add(received.Metadata.GetProperty("description").GetString());
        }

        Assert.Contains("Creating instance", operations);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await items.MoveNextAsync())
            {
            }
        });
    }

    private Task<Listener> ListenAsync(string name) => Listener.OpenAsync(world.Client, name);

    /// <summary>Collects the lifecycle events of one object, from the moment that its socket is open.</summary>
    private sealed class Listener : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly IAsyncEnumerator<EventStreamItem> _items;
        private readonly string _name;

        private Listener(IncusClient client, string name)
        {
            _name = name;
            _items = client.Events.FollowAsync(EventFilter.Lifecycle, _stop.Token).GetAsyncEnumerator();
        }

        public List<IncusEvent> Seen { get; } = [];

        public static async Task<Listener> OpenAsync(IncusClient client, string name)
        {
            var listener = new Listener(client, name);
            Assert.True(await listener._items.MoveNextAsync());
            Assert.IsType<EventStreamItem.Connected>(listener._items.Current);
            return listener;
        }

        public IEnumerable<string> Actions => Seen.Select(received => received.Lifecycle!.Action);

        public async Task<IReadOnlyList<string>> UntilAsync(params IReadOnlyList<string> actions)
        {
            while (!actions.All(Actions.Contains) && await _items.MoveNextAsync())
            {
                var received = Assert.IsType<EventStreamItem.EventReceived>(_items.Current).Event;
                if (received.Lifecycle?.Source.EndsWith($"/{_name}", StringComparison.Ordinal) != true) continue;
                Seen.Add(received);
            }

            return [.. Actions];
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _items.DisposeAsync();
            _stop.Dispose();
        }
    }
}

public sealed class FakeEventsSpecs(FakeWorld world) : EventsContract(world), IClassFixture<FakeWorld>;

[Collection(RealIncusGroup.Name)]
public sealed class RealEventsSpecs(RealIncus world) : EventsContract(world), IClassFixture<RealIncus>;
