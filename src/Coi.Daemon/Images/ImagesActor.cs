using Akka.Actor;
using Akka.Event;
using Coi.Contracts;
using Coi.Daemon.Feed;
using Coi.Domain.History;
using static Coi.Daemon.Images.ImagesProtocol;

namespace Coi.Daemon.Images;

/// <summary>
/// Runs builds, one at a time for each alias; a build belongs to the daemon and survives whoever asked for it. Who asks for what is being built
/// joins, who asks for something else of the same alias waits.
/// </summary>
public sealed class ImagesActor : ReceiveActor, IWithStash
{
    private static readonly TimeSpan LeftoversDeadline = TimeSpan.FromMinutes(2);

    private static readonly BuildFailed Stopping = new(new Problem("daemon.stopping", "coid is stopping and begins no build", "run the command again"));

    private readonly IImageBuilder _builder;
    private readonly string _home;
    private readonly IActorRef _feed;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<string, RunningBuild> _builds = [];
    private readonly List<BuildImage> _queue = [];
    private readonly List<IActorRef> _waitingForStop = [];

    /// <summary>Makes the actor.</summary>
    /// <param name="builder">Does the work.</param>
    /// <param name="home">coi's home; what builds of a killed daemon with this home left behind is removed at the start.</param>
    /// <param name="feed">Hears how builds go.</param>
    public ImagesActor(IImageBuilder builder, string home, IActorRef feed)
    {
        (_builder, _home, _feed) = (builder, home, feed);
        CleaningUp();
    }

    /// <inheritdoc />
    public IStash Stash { get; set; } = null!;

    /// <summary>Props of the actor.</summary>
    public static Props Props(IImageBuilder builder, string home, IActorRef feed) => Akka.Actor.Props.Create(() => new ImagesActor(builder, home, feed));

    /// <inheritdoc />
    protected override void PreStart() =>
        _ = RemoveLeftoversAsync().PipeTo(Self, success: names => new CleanedUp(names, null), failure: e => new CleanedUp([], e));

    /// <inheritdoc />
    protected override void PostStop()
    {
        foreach (var build in _builds.Values) build.Cancellation.Cancel();
    }

    private async Task<IReadOnlyList<string>> RemoveLeftoversAsync()
    {
        using var deadline = new CancellationTokenSource(LeftoversDeadline);
        return await _builder.RemoveLeftoversAsync(_home, deadline.Token);
    }

    /// <summary>Until left-overs are gone no build may begin, or it would be taken for one.</summary>
    private void CleaningUp()
    {
        Receive<CleanedUp>(m =>
        {
            if (m.Error is not null) _log.Warning("Left-overs of builds could not be removed: {Reason}", m.Error.Message);
            else if (m.Names.Count > 0) _log.Info("Removed left-overs of builds: {Names}", string.Join(", ", m.Names));
            Become(Ready);
            Stash.UnstashAll();
        });
        ReceiveAny(_ => Stash.Stash());
    }

    private void Ready()
    {
        Receive<BuildImage>(Begin);
        Receive<CancelBuild>(Cancel);
        Receive<StopBuilds>(_ => StopAll());
        Receive<Said>(m =>
        {
            if (Find(m.Run) is not { } build) return;
            if (m.What is Progress step) _feed.Tell(new FeedProtocol.BuildStep(m.Alias, step.Message));
            build.Say(m.What);
        });
        Receive<Ended>(End);
        Receive<Terminated>(m =>
        {
            foreach (var build in _builds.Values) build.Subscribers = build.Subscribers.Remove(m.ActorRef);
        });
    }

    private void Begin(BuildImage command)
    {
        if (_waitingForStop.Count > 0)
        {
            command.Subscriber.Tell(Stopping);
            return;
        }

        Context.Watch(command.Subscriber);
        var alias = command.Request.Alias;
        if (_builds.TryGetValue(alias, out var running))
        {
            if (running.Serves(command.Request))
            {
                running.Join(command);
                return;
            }

            command.Subscriber.Tell(new Progress("queue", $"Waiting for another build of {alias} to end"));
            _queue.Add(command);
            return;
        }

        Start(command);
    }

    private void Start(BuildImage command)
    {
        var alias = command.Request.Alias;
        var build = new RunningBuild(command);
        _builds.Add(alias, build);
        _log.Info("Building image {Alias}", alias);
        _feed.Tell(new FeedProtocol.Built(alias, BuildRecorded.Started, $"the build of image {alias} began", By: command.By));
        _ = RunAsync(command, build).PipeTo(Self, success: outcome => new Ended(alias, build, outcome, null), failure: e => new Ended(alias, build, null, e));
    }

    private void Cancel(CancelBuild command)
    {
        var waiting = command.Request is null ? null : _queue.Find(queued => queued.Request.Alias == command.Alias && queued.Request.Id == command.Request);
        var running = _builds.GetValueOrDefault(command.Alias);
        if (waiting is not null)
        {
            _queue.Remove(waiting);
            waiting.Subscriber.Tell(Cancelled(command.Alias));
        }
        else if (command.Request is null || running?.Asked(command.Request) == true)
        {
            running?.Cancellation.Cancel();
        }
        else
        {
            running = null;
        }

        Sender.Tell(new CancelledBuild(command.Alias, waiting is not null || running is not null));
    }

    private static BuildFailed Cancelled(string alias) => new(new Problem("build.cancelled", $"the build of {alias} was cancelled"));

    private async Task<IBuildOutcome> RunAsync(BuildImage command, RunningBuild build)
    {
        try
        {
            // The builder reads files and writes a log: not on the actor's thread.
            var observer = new Observer(Self, command.Request.Alias, build);
            return new BuildDone(await Task.Run(() => _builder.BuildAsync(command.Request, command.Options, observer, build.Cancellation.Token)));
        }
        catch (ProblemException expected)
        {
            return new BuildFailed(expected.Problem);
        }
        catch (OperationCanceledException)
        {
            return Cancelled(command.Request.Alias);
        }
    }

    private void End(Ended ended)
    {
        if (Find(ended.Run) is null) return;
        _builds.Remove(ended.Alias);
        ended.Run.Cancellation.Dispose();
        if (ended.Error is not null) _log.Error(ended.Error, "The build of {Alias} ended with a defect", ended.Alias);
        var outcome = ended.Outcome ?? new BuildFailed(new Problem("build.failed", $"the build of {ended.Alias} broke off: {ended.Error?.Message}", "see the daemon's log: coi daemon logs"));
        if (outcome is BuildFailed failed) _log.Warning("The build of {Alias} failed: {Code}: {Reason}", ended.Alias, failed.Problem.Code, failed.Problem.Message);
        else _log.Info("Built image {Alias}", ended.Alias);
        _feed.Tell(outcome is BuildFailed { Problem: var problem }
            ? new FeedProtocol.Built(ended.Alias, BuildRecorded.Failed, $"the build of image {ended.Alias} failed: {problem.Message}", problem)
            : new FeedProtocol.Built(ended.Alias, BuildRecorded.Done, $"image {ended.Alias} was built"));
        ended.Run.Say(outcome);
        foreach (var subscriber in ended.Run.Subscribers.Where(s => !_builds.Values.Any(b => b.Subscribers.Contains(s)))) Context.Unwatch(subscriber);
        if (_waitingForStop.Count == 0) StartNext(ended.Alias);
        else if (_builds.Count == 0) AnswerStop();
    }

    /// <summary>Begins what waited for a build of this alias, with all who ask for the same.</summary>
    private void StartNext(string alias)
    {
        var waiting = _queue.Where(queued => queued.Request.Alias == alias).ToList();
        _queue.RemoveAll(waiting.Contains);
        foreach (var command in waiting) Begin(command);
    }

    private void StopAll()
    {
        _waitingForStop.Add(Sender);
        foreach (var command in _queue) command.Subscriber.Tell(Stopping);
        _queue.Clear();
        foreach (var build in _builds.Values) build.Cancellation.Cancel();
        if (_builds.Count == 0) AnswerStop();
    }

    private void AnswerStop()
    {
        foreach (var asker in _waitingForStop) asker.Tell(new BuildsStopped());
    }

    private RunningBuild? Find(RunningBuild run) => _builds.Values.FirstOrDefault(b => ReferenceEquals(b, run));

    private sealed record CleanedUp(IReadOnlyList<string> Names, Exception? Error) : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    private sealed record Said(string Alias, RunningBuild Run, object What) : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    private sealed record Ended(string Alias, RunningBuild Run, IBuildOutcome? Outcome, Exception? Error) : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    private sealed class Observer(IActorRef actor, string alias, RunningBuild run) : IBuildObserver
    {
        public void OnProgress(Progress progress) => actor.Tell(new Said(alias, run, progress));

        public void OnLine(string line) => actor.Tell(new Said(alias, run, new BuildLog(line)));
    }
}
