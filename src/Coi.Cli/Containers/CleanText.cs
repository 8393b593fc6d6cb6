using Coi.Cli.CommandLine;
using Coi.Contracts;

namespace Coi.Cli.Containers;

/// <summary>Says what <c>coi clean</c> found and did, for people and for programs.</summary>
internal static class CleanText
{
    /// <summary>Lists what is to be removed.</summary>
    public static void Announce(CleanReport found, TextWriter output)
    {
        output.WriteLine($"Found {found.Items.Count} item(s):");
        foreach (var item in found.Items) output.WriteLine($"  - {item.Kind} {item.Name} ({item.Detail})");
    }

    /// <summary>The answer when nothing is removed.</summary>
    /// <returns>The exit code.</returns>
    public static int Found(CleanReport found, bool asJson, Surroundings surroundings)
    {
        if (asJson) OutputFormat.WriteJson(surroundings, found, ContractsJson.Default.CleanReport);
        else if (found.Items.Count == 0) surroundings.Out.WriteLine("Nothing to clean.");
        else Announce(found, surroundings.Out);
        return ExitCodes.Success;
    }

    /// <summary>The answer when something was removed.</summary>
    /// <returns>The exit code.</returns>
    public static int Done(CleanReport report, bool asJson, Surroundings surroundings)
    {
        var failed = report.Items.Where(item => item.State == "failed").ToList();
        if (asJson)
        {
            OutputFormat.WriteJson(surroundings, report, ContractsJson.Default.CleanReport);
        }
        else
        {
            foreach (var item in report.Items.Except(failed)) surroundings.Out.WriteLine($"  ✓ Removed {item.Kind} {item.Name}");
            surroundings.Out.WriteLine($"✓ Cleaned {report.Items.Count - failed.Count} item(s)");
        }

        surroundings.Out.Flush();
        foreach (var item in failed) surroundings.Error.WriteLine($"  Warning: {item.Kind} {item.Name}: {item.Problem?.Message}");
        if (failed.Count == 0) return ExitCodes.Success;
        throw new ProblemException(new Problem(
            "clean.incomplete", $"{failed.Count} of {report.Items.Count} item(s) could not be removed: {string.Join(", ", failed.Select(item => item.Name))}", "Run it again; 'coi daemon logs' may say why"));
    }
}
