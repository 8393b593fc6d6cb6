using Akka.Actor;
using Akka.TestKit.Xunit2;
using Coi.Contracts;
using Coi.Daemon.Images;
using Xunit;
using static Coi.Daemon.Images.ImagesProtocol;

namespace Coi.Daemon.Tests.Images;

public sealed class ImagesActorSpecs : TestKit
{
    private readonly HeldBuilder _builder = new();
    private readonly BuildOptions _options = new() { Home = "/home/x", LogDirectory = "/nowhere", CacheDirectory = "/nowhere" };

    [Fact]
    public async Task A_second_request_for_an_alias_joins_the_build_and_hears_what_is_behind()
    {
        var images = Images();
        images.Tell(new BuildImage(BuildBench.Request("web"), _options, TestActor));
        var build = await _builder.NextAsync();
        build.Observer.OnProgress(new Progress("one", "The first"));
        build.Observer.OnProgress(new Progress("one", "The first", 50));
        ExpectMsg<Progress>(p => p.Percent is null);
        ExpectMsg<Progress>(p => p.Percent == 50);

        var late = CreateTestProbe();
        images.Tell(new BuildImage(BuildBench.Request("web"), _options, late));
        late.ExpectMsg<Progress>(p => p.Message == "The first");
        build.Observer.OnLine("output");
        ExpectMsg<BuildLog>(l => l.Line == "output");
        late.ExpectMsg<BuildLog>();

        build.Done.SetResult(new BuiltImage { Alias = "web", Skipped = false });
        ExpectMsg<BuildDone>(d => d.Image.Alias == "web");
        late.ExpectMsg<BuildDone>();
        Assert.Equal(1, _builder.Begun);
    }

    [Fact]
    public async Task Builds_of_different_aliases_run_side_by_side()
    {
        var images = Images();
        images.Tell(new BuildImage(BuildBench.Request("a"), _options, TestActor));
        images.Tell(new BuildImage(BuildBench.Request("b"), _options, TestActor));
        await _builder.NextAsync();
        var second = await _builder.NextAsync();
        second.Done.SetResult(new BuiltImage { Alias = second.Alias, Skipped = false });
        ExpectMsg<BuildDone>(d => d.Image.Alias == second.Alias);
    }

    [Fact]
    public async Task A_build_survives_whoever_asked_for_it()
    {
        var images = Images();
        var client = CreateTestProbe();
        images.Tell(new BuildImage(BuildBench.Request("web"), _options, client));
        var build = await _builder.NextAsync();
        Watch(client);
        Sys.Stop(client);
        ExpectTerminated(client);

        images.Tell(new BuildImage(BuildBench.Request("web"), _options, TestActor));
        build.Observer.OnLine("still here");
        FishForMessage<BuildLog>(l => l.Line == "still here");
        build.Done.SetResult(new BuiltImage { Alias = "web", Skipped = false });
        ExpectMsg<BuildDone>();
    }

    [Fact]
    public async Task Cancelling_ends_the_build_of_that_alias_only()
    {
        var images = Images();
        images.Tell(new BuildImage(BuildBench.Request("web"), _options, CreateTestProbe()));
        var build = await _builder.NextAsync();

        images.Tell(new CancelBuild("other"));
        ExpectMsg(new CancelledBuild("other", false));
        Assert.False(build.Token.IsCancellationRequested);
        images.Tell(new CancelBuild("web"));
        ExpectMsg(new CancelledBuild("web", true));
        Assert.True(build.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task What_builds_something_else_of_the_same_alias_waits_for_its_turn()
    {
        var images = Images();
        images.Tell(new BuildImage(Custom("web", "one", "first"), _options, CreateTestProbe()));
        var first = await _builder.NextAsync();
        images.Tell(new BuildImage(Custom("web", "two", "second"), _options, TestActor));
        ExpectMsg<Progress>(p => p is { Step: "queue", Message: "Waiting for another build of web to end" });
        var same = CreateTestProbe();
        images.Tell(new BuildImage(Custom("web", "two", "third"), _options, same));
        same.ExpectMsg<Progress>(p => p.Step == "queue");
        Assert.Equal(1, _builder.Begun);

        first.Done.SetResult(new BuiltImage { Alias = "web", Skipped = false });
        var second = await _builder.NextAsync();
        second.Done.SetResult(new BuiltImage { Alias = "web", Skipped = true });

        ExpectMsg<BuildDone>(d => d.Image.Skipped);
        same.ExpectMsg<BuildDone>(d => d.Image.Skipped);
        Assert.Equal(2, _builder.Begun);
    }

    [Fact]
    public async Task Who_waits_cancels_only_what_it_waits_for()
    {
        var images = Images();
        images.Tell(new BuildImage(Custom("web", "one", "first"), _options, CreateTestProbe()));
        var first = await _builder.NextAsync();
        var waiting = CreateTestProbe();
        images.Tell(new BuildImage(Custom("web", "two", "second"), _options, waiting));
        waiting.ExpectMsg<Progress>(p => p.Step == "queue");

        images.Tell(new CancelBuild("web", "second"));
        ExpectMsg(new CancelledBuild("web", true));
        waiting.ExpectMsg<BuildFailed>(f => f.Problem.Code == "build.cancelled");
        Assert.False(first.Token.IsCancellationRequested);

        images.Tell(new CancelBuild("web", "second"));
        ExpectMsg(new CancelledBuild("web", false));
        images.Tell(new CancelBuild("web", "first"));
        ExpectMsg(new CancelledBuild("web", true));
        Assert.True(first.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task Who_joins_a_build_hears_its_last_lines()
    {
        var images = Images();
        images.Tell(new BuildImage(Custom("web", "one", "first"), _options, TestActor));
        var build = await _builder.NextAsync();
        for (var i = 1; i <= 30; i++) build.Observer.OnLine($"line {i}");
        FishForMessage<BuildLog>(l => l.Line == "line 30");

        var late = CreateTestProbe();
        images.Tell(new BuildImage(Custom("web", "one", "second"), _options, late));
        late.ExpectMsg<BuildLog>(l => l.Line == "line 11");
    }

    [Fact]
    public async Task A_failure_reaches_every_subscriber_as_a_problem_and_the_alias_is_free_again()
    {
        var images = Images();
        images.Tell(new BuildImage(BuildBench.Request("web"), _options, TestActor));
        var problem = new Problem("build.script", "it failed", "look at the log");
        (await _builder.NextAsync()).Done.SetException(new ProblemException(problem));
        ExpectMsg(new BuildFailed(problem));

        images.Tell(new BuildImage(BuildBench.Request("web"), _options, TestActor));
        (await _builder.NextAsync()).Done.SetException(new InvalidOperationException("a defect"));
        ExpectMsg<BuildFailed>(f => f.Problem.Code == "build.failed");
    }

    [Fact]
    public async Task Stopping_waits_until_every_build_has_cleaned_up()
    {
        var images = Images();
        var client = CreateTestProbe();
        images.Tell(new BuildImage(BuildBench.Request("web"), _options, client));
        var build = await _builder.NextAsync();
        images.Tell(new StopBuilds());
        await AwaitConditionAsync(() => Task.FromResult(build.Token.IsCancellationRequested));
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        build.Done.SetCanceled();
        ExpectMsg<BuildsStopped>();
        client.ExpectMsg<BuildFailed>(f => f.Problem.Code == "build.cancelled");

        images.Tell(new BuildImage(BuildBench.Request("web"), _options, client));
        client.ExpectMsg<BuildFailed>(f => f.Problem.Code == "daemon.stopping");
    }

    [Fact]
    public async Task No_build_begins_before_the_left_overs_of_a_killed_daemon_are_gone()
    {
        var leftovers = _builder.HoldLeftovers();
        var images = Images();
        images.Tell(new BuildImage(BuildBench.Request("web"), _options, TestActor));
        images.Tell(new CancelBuild("web"));
        ExpectNoMsg(TimeSpan.FromMilliseconds(200));
        Assert.Equal(0, _builder.Begun);

        leftovers.SetResult(["coi-build-old"]);
        ExpectMsg<CancelledBuild>(c => c.WasRunning);
        await _builder.NextAsync();
    }

    private static BuildRequest Custom(string alias, string script, string id) =>
        BuildBench.Request(alias) with { Script = new BuildScript("setup.sh", System.Text.Encoding.UTF8.GetBytes(script)), Id = id };

    private IActorRef Images() => Sys.ActorOf(ImagesActor.Props(_builder, "/home/x", ActorRefs.Nobody));
}
