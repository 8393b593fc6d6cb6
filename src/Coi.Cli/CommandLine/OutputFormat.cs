using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Coi.Cli.CommandLine;

/// <summary>The flag <c>--format</c>, and data for programs.</summary>
internal static class OutputFormat
{
    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The flag.</summary>
    public static Option<string> Option() => new("--format")
    {
        HelpName = "FORMAT",
        Description = "text or json (default text)",
        DefaultValueFactory = _ => "text",
    };

    /// <summary>Whether JSON is asked for.</summary>
    /// <exception cref="UsageException">Something else than text or JSON is.</exception>
    public static bool IsJson(Invocation invocation, Option<string> option) => invocation.Value(option) switch
    {
        "json" => true,
        "text" => false,
        var format => throw new UsageException($"invalid format '{format}'", "--format takes text or json"),
    };

    /// <summary>Writes data to standard output.</summary>
    public static void WriteJson<T>(Surroundings surroundings, T value, JsonTypeInfo<T> type) =>
        surroundings.Out.Write(Json(json => JsonSerializer.Serialize(json, value, type)));

    /// <summary>JSON as coi lays it out, a line end behind it.</summary>
    public static string Json(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Layout)) write(json);
        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }
}
