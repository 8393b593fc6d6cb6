using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Coi.Cli.CommandLine;

/// <summary>The flag <c>--format</c>, and data for programs.</summary>
internal static class OutputFormat
{
    /// <summary>The flag.</summary>
    public static Option<string> Option()
    {
        var option = new Option<string>("--format") { HelpName = "FORMAT", Description = "text or json (default text)", DefaultValueFactory = _ => "text" };
        option.CompletionSources.Add("text", "json");
        return option;
    }

    /// <summary>What earlier versions call the default; scripts name it with and without --capture.</summary>
    public const string Pretty = "pretty";

    /// <summary>The flag of a command that runs another and can capture its output.</summary>
    /// <param name="pretty">Whether <see cref="Pretty"/> is one of its values, which scripts write.</param>
    public static Option<string> OfCapture(bool pretty = false)
    {
        var option = new Option<string>("--format")
        {
            HelpName = "FORMAT",
            Description = "With --capture: json, or raw for the standard output alone (default" + (pretty ? ": pretty, which is json there)" : " json)"),
        };
        option.CompletionSources.Add("json", "raw");
        return option;
    }

    /// <summary>How what is captured is to be printed, <c>json</c> or <c>raw</c>; null when nothing is captured.</summary>
    /// <exception cref="UsageException">The flags make no sense.</exception>
    public static string? Capture(Invocation invocation, Option<bool> capture, Option<string> option, bool pretty = false)
    {
        var format = invocation.Value(option);
        if (pretty && format == Pretty) format = null;
        if (!invocation.Value(capture))
            return format is null ? null : throw new UsageException("--format flag requires --capture", "without --capture the output comes as the command writes it");
        return format switch
        {
            null or "json" => "json",
            "raw" => "raw",
            _ => throw new UsageException($"invalid format '{format}'", pretty ? "--format takes json, raw or pretty" : "--format takes json or raw"),
        };
    }

    /// <summary>Whether JSON is asked for.</summary>
    /// <exception cref="UsageException">Something else than text or JSON is.</exception>
    public static bool IsJson(Invocation invocation, Option<string> option) => invocation.Value(option) switch
    {
        "json" => true,
        "text" => false,
        var format => throw new UsageException($"invalid format '{format}'", "--format takes text or json"),
    };

    /// <summary>Writes data to standard output.</summary>
    public static void WriteJson<T>(Surroundings surroundings, T value, JsonTypeInfo<T> type)
    {
        using var text = new JsonText(surroundings.Out);
        JsonSerializer.Serialize(text.Writer, value, type);
    }
}
