namespace Coi.Incus.Tests.Client;

public sealed class EventSpecs : FakeServer
{
    [Fact(Timeout = Limit)]
    public async Task A_dropped_socket_is_reported_and_opened_again()
    {
        await using var items = Client.Events.FollowAsync(EventFilter.Lifecycle).GetAsyncEnumerator();
        Assert.IsType<EventStreamItem.Connected>(await NextAsync(items));

        Server.DropWebSockets("/events");
        Assert.NotEmpty(Assert.IsType<EventStreamItem.Disconnected>(await NextAsync(items)).Reason);
        Assert.IsType<EventStreamItem.Connected>(await NextAsync(items));
        await Client.Instances.CreateAsync(Describe("a"));

        var received = Assert.IsType<EventStreamItem.EventReceived>(await NextAsync(items)).Event;
        Assert.Equal(("instance-created", "a"), (received.Lifecycle!.Action, received.Lifecycle.InstanceName));
    }

    [Fact(Timeout = Limit)]
    public async Task It_goes_on_trying_while_the_server_is_away_with_growing_pauses()
    {
        await using var items = Client.Events.FollowAsync(EventFilter.Lifecycle).GetAsyncEnumerator();
        Assert.IsType<EventStreamItem.Connected>(await NextAsync(items));
        await Server.KillAsync();

        var pauses = new List<TimeSpan>();
        for (var i = 0; i < 3; i++) pauses.Add(Assert.IsType<EventStreamItem.Disconnected>(await NextAsync(items)).RetryIn);
        await Server.RestartAsync();

        Assert.Equal([0.1, 0.2, 0.4], pauses.Select(pause => pause.TotalSeconds));
        var item = await NextAsync(items);
        while (item is EventStreamItem.Disconnected) item = await NextAsync(items);
        Assert.IsType<EventStreamItem.Connected>(item);
    }

    [Fact]
    public void Pauses_grow_to_five_seconds_and_begin_anew_after_a_success()
    {
        var backOff = new BackOff();
        var pauses = Enumerable.Range(0, 8).Select(_ => backOff.Next().TotalSeconds).ToList();

        Assert.Equal([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5], pauses);
        backOff.Reset();
        Assert.Equal(0.1, backOff.Next().TotalSeconds);
    }

    [Fact(Timeout = Limit)]
    public async Task One_connection_throws_when_it_breaks()
    {
        await using var events = Client.Events.ListenAsync(EventFilter.All).GetAsyncEnumerator();
        var first = events.MoveNextAsync().AsTask();
        while (Server.EventListeners == 0) await Task.Delay(10);
        await Client.Instances.CreateAsync(Describe("a"));
        Assert.True(await first);

        Server.DropWebSockets();

        await Assert.ThrowsAsync<IncusUnavailableException>(async () =>
        {
            while (await events.MoveNextAsync())
            {
            }
        });
    }

    [Fact(Timeout = Limit)]
    public async Task Nobody_listens_any_more_after_leaving_the_loop()
    {
        await using (var items = Client.Events.FollowAsync(EventFilter.Lifecycle).GetAsyncEnumerator())
            Assert.IsType<EventStreamItem.Connected>(await NextAsync(items));

        while (Server.EventListeners > 0) await Task.Delay(10);
    }

    [Fact(Timeout = Limit)]
    public async Task No_kind_at_all_is_a_mistake_of_the_caller()
    {
        await using var events = Client.Events.ListenAsync(EventFilter.None).GetAsyncEnumerator();

        await Assert.ThrowsAsync<ArgumentException>(() => events.MoveNextAsync().AsTask());
    }

    [Theory]
    [InlineData("/1.0/instances/web", "web")]
    [InlineData("/1.0/instances/web?project=x", "web")]
    [InlineData("/1.0/instances/web/snapshots/s", "web")]
    [InlineData("/1.0/networks/web", null)]
    public void The_instance_is_read_from_the_source(string source, string? name) =>
        Assert.Equal(name, new LifecycleEvent { Action = "x", Source = source }.InstanceName);

    private static async Task<EventStreamItem> NextAsync(IAsyncEnumerator<EventStreamItem> items)
    {
        Assert.True(await items.MoveNextAsync());
        return items.Current;
    }
}
