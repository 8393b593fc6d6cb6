using System.Text.Encodings.Web;
using System.Text.Json;
using Coi.Cli.CommandLine;
using Coi.Contracts;

namespace Coi.Cli.Containers;

/// <summary>Says what <c>coi clean</c> found and did, for people and for programs.</summary>
internal static class CleanText
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Lists what is to be removed.</summary>
    public static void Announce(CleanReport found, TextWriter output)
    {
        output.WriteLine($"Found {found.Items.Count} item(s):");
        foreach (var item in found.Items) output.WriteLine($"  - {item.Kind} {item.Name} ({item.Detail})");
    }

    /// <summary>The answer when nothing is removed.</summary>
    /// <returns>The exit code.</returns>
    public static int Found(CleanReport found, string format, Surroundings surroundings)
    {
        if (format == "json") Json(found, surroundings.Out);
        else if (found.Items.Count == 0) surroundings.Out.WriteLine("Nothing to clean.");
        else Announce(found, surroundings.Out);
        return ExitCodes.Success;
    }

    /// <summary>The answer when something was removed.</summary>
    /// <returns>The exit code.</returns>
    public static int Done(CleanReport report, string format, Surroundings surroundings)
    {
        var failed = report.Items.Where(item => item.State == "failed").ToList();
        if (format == "json")
        {
            Json(report, surroundings.Out);
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

    private static void Json(CleanReport report, TextWriter output)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            JsonSerializer.Serialize(json, report, ContractsJson.Default.CleanReport);
        }

        output.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
