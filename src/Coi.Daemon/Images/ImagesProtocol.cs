using Akka.Actor;
using Coi.Contracts;
using Coi.Domain.Slots;

namespace Coi.Daemon.Images;

/// <summary>What can be said to <see cref="ImagesActor"/>, and what it says to the subscribers of a build: <see cref="Progress"/>, <see cref="BuildLog"/>, and at the end
/// <see cref="BuildDone"/> or <see cref="BuildFailed"/>.</summary>
public static class ImagesProtocol
{
    /// <summary>What can be asked for.</summary>
    public interface ICommand;

    /// <summary>How a build ends for its subscribers; the closed family is <see cref="BuildDone"/> and <see cref="BuildFailed"/>.</summary>
    public interface IBuildOutcome;

    /// <summary>Builds an image; joins the build of that alias that runs already, or begins after it when that builds something else.</summary>
    /// <param name="Request">What is wanted.</param>
    /// <param name="Options">How it is built here; of no effect when a build is joined.</param>
    /// <param name="Subscriber">Hears the build until its end; when it terminates, the build goes on without it.</param>
    /// <param name="By">Who asked, for the history.</param>
    public sealed record BuildImage(BuildRequest Request, BuildOptions Options, IActorRef Subscriber, Requester? By = null) : ICommand;

    /// <summary>Ends the build of an alias; the sender gets a <see cref="CancelledBuild"/> at once, subscribers get <see cref="BuildFailed"/> once everything is removed.</summary>
    /// <param name="Alias">The alias.</param>
    /// <param name="Request">Id of the request whose build is meant; null means the one that runs.</param>
    public sealed record CancelBuild(string Alias, string? Request = null) : ICommand;

    /// <summary>Ends all builds because the daemon stops; the sender gets <see cref="BuildsStopped"/> once everything is removed.</summary>
    public sealed record StopBuilds : ICommand;

    /// <summary>No build runs any more.</summary>
    public sealed record BuildsStopped;

    /// <summary>A line of a build's output.</summary>
    /// <param name="Line">The line.</param>
    public sealed record BuildLog(string Line);

    /// <summary>The build ended well.</summary>
    /// <param name="Image">What came of it.</param>
    public sealed record BuildDone(BuiltImage Image) : IBuildOutcome;

    /// <summary>The build failed, and nothing of it is left.</summary>
    /// <param name="Problem">Why, and what to do.</param>
    public sealed record BuildFailed(Problem Problem) : IBuildOutcome;
}
