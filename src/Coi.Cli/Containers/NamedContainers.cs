using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.Containers;

/// <summary>What commands that take names of containers, or <c>--all</c>, have in common.</summary>
internal static class NamedContainers
{
    /// <summary>
    /// The names that are meant, after the question where there is one. The names that were shown and agreed to are what is sent, never
    /// "all": what was started meanwhile is not meant.
    /// </summary>
    /// <param name="daemon">The daemon.</param>
    /// <param name="given">The names on the command line.</param>
    /// <param name="all">Whether all are meant.</param>
    /// <param name="force">Whether nothing is asked.</param>
    /// <param name="verb">What is done to them.</param>
    /// <param name="json">Whether standard output is for programs.</param>
    /// <param name="surroundings">Where it is asked.</param>
    /// <param name="every">What "all" means.</param>
    /// <returns>None when there is nothing to do, or it was refused; what there is to say has been said.</returns>
    public static async Task<IReadOnlyList<string>> AgreedAsync(
        Daemon daemon, IReadOnlyList<string> given, bool all, bool force, string verb, bool json, Surroundings surroundings, Func<Listing, IReadOnlyList<ContainerSummary>> every)
    {
        IReadOnlyList<string> names = [.. given.Distinct(StringComparer.Ordinal)];
        if (names.Count == 0 && !all)
        {
            throw new ProblemException(new Problem(
                "usage", "no container names provided", "'coi list' shows the names; --all means every container"));
        }

        // For programs, standard output holds the result and nothing else.
        var talk = json ? surroundings.Error : surroundings.Out;
        if (all)
        {
            var listing = await daemon.GetAsync("v1/list", "listing containers", ContractsJson.Default.Listing, CancellationToken.None);
            names = [.. every(listing).Select(container => container.Name)];
            if (names.Count == 0)
            {
                talk.WriteLine($"No containers to {verb}");
                return [];
            }

            talk.WriteLine($"Found {names.Count} container(s):");
            foreach (var name in names) talk.WriteLine($"  - {name}");
        }

        var asks = (all || names.Count > 1) && !force;
        return asks && !new Talk(surroundings).Confirms($"{char.ToUpperInvariant(verb[0])}{verb[1..]} {names.Count} container(s)?", talk) ? [] : names;
    }

    /// <summary>Says of each why it did not work.</summary>
    public static void Warn(IReadOnlyList<FailedContainer> failures, Surroundings surroundings)
    {
        foreach (var failed in failures)
        {
            surroundings.Out.Flush();
            surroundings.Error.WriteLine($"  Warning: {failed.Name}: {failed.Problem.Message}");
            if (failed.Problem.Hint is { } hint) surroundings.Error.WriteLine($"           {hint}");
        }
    }

    /// <summary>The failure of a command that worked for some only.</summary>
    public static ProblemException Incomplete(string code, string done, IReadOnlyList<string> names, IReadOnlyList<FailedContainer> failures) => new(new Problem(
        code,
        $"{failures.Count} of {names.Count} container(s) could not be {done}: {string.Join(", ", failures.Select(failed => failed.Name))}",
        "'coi list' shows what is there"));
}
