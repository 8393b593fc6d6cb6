using System.Collections.Concurrent;
using Akka.Actor;
using Coi.Daemon.Incus;
using Coi.Daemon.Tests.Actors;
using Xunit;

namespace Coi.Daemon.Tests.Incus;

public sealed class IncusGatewayActorSpecs : ActorSpecs
{
    private const int Places = 2;
    private readonly IActorRef _gateway;

    public IncusGatewayActorSpecs() => _gateway = Sys.ActorOf(Props.Create(() => new IncusGatewayActor(Places)));

    [Fact]
    public void Work_on_one_instance_is_done_in_order_and_never_overlaps()
    {
        var (held, ran) = (Work("one"), false);
        Run("one", "second", () =>
        {
            ran = true;
            return Task.FromResult<object?>(2);
        });
        ExpectNoMsg(50);
        Assert.False(ran);

        held.SetResult(1);

        Assert.Equal(("one", 1), Told());
        Assert.Equal(("second", 2), Told());
    }

    [Fact]
    public void Instances_do_not_wait_for_each_other_while_there_is_room_and_the_next_waits_for_a_place()
    {
        var (one, two) = (Work("one"), Work("two"));
        var three = Work("three", begun: false);
        ExpectNoMsg(50);

        two.SetResult(2);

        Assert.Equal(("two", 2), Told());
        three.SetResult(3);
        Assert.Equal(("three", 3), Told());
        one.SetResult(1);
        Assert.Equal(("one", 1), Told());
    }

    [Fact]
    public void What_fails_is_told_and_does_not_stop_what_comes_after()
    {
        Run("one", "first", () => throw new IOException("it broke"));
        Run("one", "second", () => Task.FromResult<object?>(2));

        var failed = ExpectMsg<IncusGatewayProtocol.Done>();
        Assert.Equal(("first", "it broke"), (failed.Token, failed.Error?.Message));
        Assert.Equal(("second", 2), Told());
    }

    [Fact]
    public void What_is_cancelled_while_it_waits_is_never_begun()
    {
        using var cancellation = new CancellationTokenSource();
        var (held, ran) = (Work("one"), false);
        Run("one", "second", () => Task.FromResult<object?>(ran = true), cancellation.Token);
        cancellation.Cancel();

        held.SetResult(1);

        Assert.Equal(("one", 1), Told());
        Assert.IsAssignableFrom<OperationCanceledException>(ExpectMsg<IncusGatewayProtocol.Done>().Error);
        Assert.False(ran);
        Run("one", "third", () => Task.FromResult<object?>(3));
        Assert.Equal(("third", 3), Told());
    }

    [Fact]
    public void In_a_crowd_nobody_is_forgotten_and_no_limit_is_exceeded()
    {
        var (running, most) = (0, 0);
        var (mine, overlaps) = (new ConcurrentDictionary<int, int>(), 0);
        var order = new ConcurrentDictionary<int, ConcurrentQueue<int>>();
        Parallel.For(0, 200, i => _gateway.Tell(
            new IncusGatewayProtocol.Run($"c{i % 7}", i, async _ =>
            {
                InterlockedMax(ref most, Interlocked.Increment(ref running));
                if (mine.AddOrUpdate(i % 7, 1, (_, n) => n + 1) > 1) Interlocked.Increment(ref overlaps);
                await Task.Yield();
                order.GetOrAdd(i % 7, _ => []).Enqueue(i);
                mine.AddOrUpdate(i % 7, 0, (_, n) => n - 1);
                Interlocked.Decrement(ref running);
                return null;
            }, CancellationToken.None),
            TestActor));

        Assert.Equal(Enumerable.Range(0, 200), ReceiveN(200).Cast<IncusGatewayProtocol.Done>().Select(done => (int)done.Token).Order());
        Assert.Equal((0, 200), (overlaps, order.Values.Sum(queue => queue.Count)));
        Assert.InRange(most, 1, Places);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = most; seen < value; seen = Volatile.Read(ref most)) Interlocked.CompareExchange(ref most, value, seen);
    }

    // Work that ends when the test says so; unless it is to wait for a place, it has begun on return.
    private TaskCompletionSource<object?> Work(string instance, bool begun = true)
    {
        var end = new TaskCompletionSource<object?>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var entered = new ManualResetEventSlim();
        Run(instance, instance, () =>
        {
            if (begun) entered.Set();
            return end.Task;
        });
        if (begun) Assert.True(entered.Wait(Patience));
        return end;
    }

    private void Run(string instance, string token, Func<Task<object?>> work, CancellationToken cancellationToken = default) =>
        _gateway.Tell(new IncusGatewayProtocol.Run(instance, token, _ => work(), cancellationToken), TestActor);

    private (object Token, object? Result) Told()
    {
        var done = ExpectMsg<IncusGatewayProtocol.Done>();
        Assert.Null(done.Error);
        return (done.Token, done.Result);
    }
}
