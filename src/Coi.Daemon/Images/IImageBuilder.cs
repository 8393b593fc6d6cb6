using Coi.Contracts;

namespace Coi.Daemon.Images;

/// <summary>Builds images.</summary>
public interface IImageBuilder
{
    /// <summary>Builds an image to its end; every expected failure is a <see cref="ProblemException"/>, and nothing half-made is left.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="options">How it is built here.</param>
    /// <param name="observer">Hears steps and output.</param>
    /// <param name="cancellationToken">Ends the build.</param>
    Task<BuiltImage> BuildAsync(BuildRequest request, BuildOptions options, IBuildObserver observer, CancellationToken cancellationToken = default);

    /// <summary>Removes what builds of a killed daemon left behind, and returns the names; never to be called while a build runs.</summary>
    /// <param name="home">The home of that daemon.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<string>> RemoveLeftoversAsync(string home, CancellationToken cancellationToken = default);
}
