using Coi.Contracts;
using Coi.Incus;

namespace Coi.Daemon.Images;

/// <summary>Builds images: a container from a base, the recipe's scripts in it, an image out of it.</summary>
/// <param name="incus">The Incus to build in.</param>
/// <param name="time">The clock.</param>
/// <param name="recipe">What runs in the container; null means the coi image's own recipe.</param>
public sealed class ImageBuilder(IncusClient incus, TimeProvider time, BuildRecipe? recipe = null) : IImageBuilder
{
    private readonly BuildRecipe _recipe = recipe ?? BuildRecipe.Coi;

    /// <inheritdoc />
    public async Task<BuiltImage> BuildAsync(BuildRequest request, BuildOptions options, IBuildObserver observer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(options);
        ImageNames.Require(request.Alias);
        var version = ImageVersions.NewName(request.Alias, time.GetLocalNow());
        BuildJournal? journal = null;
        try
        {
            if (!request.Force && await incus.Images.FindAliasAsync(request.Alias, cancellationToken) is not null)
                return new BuiltImage { Alias = request.Alias, Skipped = true };

            journal = new BuildJournal(BuildLogs.PathOf(options.LogDirectory, version), observer, time);
            BuildLogs.Trim(options.LogDirectory);
            var built = await new ImageBuild(incus, RecipeOf(request, options), request, options, journal, version).RunAsync(cancellationToken);
            journal.End($"built {built.VersionAlias}");
            return built;
        }
        catch (Exception error) when (journal is not null)
        {
            var problem = BuildProblems.From(error, journal, request.Alias);
            TryEnd(journal, problem, error);
            throw new ProblemException(problem, error);
        }
        catch (Exception error) when (error is IncusUnavailableException or IncusException or IncusTimeoutException or IOException or UnauthorizedAccessException)
        {
            throw new ProblemException(BuildProblems.BeforeStart(error, options), error);
        }
        finally
        {
            journal?.Dispose();
        }
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<string>> RemoveLeftoversAsync(string home, CancellationToken cancellationToken = default) =>
        new BuildLeftovers(incus).RemoveAsync(home, cancellationToken);

    private BuildRecipe RecipeOf(BuildRequest request, BuildOptions options)
    {
        if (request.Script is { } script) return BuildRecipe.Custom(script);
        return options.ToolScripts is { } tools ? _recipe.WithTools(tools) : _recipe;
    }

    private static void TryEnd(BuildJournal journal, Problem problem, Exception error)
    {
        try
        {
            journal.End($"failed: {problem.Code}: {problem.Message} ({error.GetType().Name}: {error.Message})");
        }
        catch (IOException)
        {
            // The log's disk may be what is full; the problem itself still reaches the user.
        }
    }
}
