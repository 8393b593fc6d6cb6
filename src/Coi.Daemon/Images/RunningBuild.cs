using System.Collections.Immutable;
using Akka.Actor;
using Coi.Contracts;
using static Coi.Daemon.Images.ImagesProtocol;

namespace Coi.Daemon.Images;

/// <summary>A build that runs, with who hears it; its identity names the run.</summary>
internal sealed class RunningBuild(BuildImage first)
{
    // As much as a person needs to see where it is.
    private const int Remembered = 20;

    private readonly HashSet<string?> _requests = [first.Request.Id];
    private readonly Queue<BuildLog> _recent = new();
    private ImmutableList<Progress> _steps = [];

    public ImmutableHashSet<IActorRef> Subscribers { get; set; } = [first.Subscriber];

    public CancellationTokenSource Cancellation { get; } = new();

    /// <summary>Whether what it builds is what another request asks for; what that leaves open may be anything.</summary>
    public bool Serves(BuildRequest request) =>
        SameScript(request.Script)
        && (request.Base is null || request.Base == first.Request.Base)
        && (request.Tools is null || (first.Request.Tools is { } tools && tools.SequenceEqual(request.Tools)));

    /// <summary>Whether a request began or joined it.</summary>
    public bool Asked(string request) => _requests.Contains(request);

    /// <summary>Whoever comes later hears first which steps are behind, and the last lines.</summary>
    public void Join(BuildImage command)
    {
        _requests.Add(command.Request.Id);
        Subscribers = Subscribers.Add(command.Subscriber);
        foreach (var step in _steps) command.Subscriber.Tell(step);
        foreach (var line in _recent) command.Subscriber.Tell(line);
    }

    public void Say(object what)
    {
        if (what is Progress progress && (_steps.IsEmpty || _steps[^1].Step != progress.Step)) _steps = _steps.Add(progress);
        if (what is BuildLog line)
        {
            _recent.Enqueue(line);
            if (_recent.Count > Remembered) _recent.Dequeue();
        }

        foreach (var subscriber in Subscribers) subscriber.Tell(what);
    }

    private bool SameScript(BuildScript? other) => (first.Request.Script, other) switch
    {
        (null, null) => true,
        ({ } mine, { } theirs) => mine.Content.AsSpan().SequenceEqual(theirs.Content),
        _ => false,
    };
}
