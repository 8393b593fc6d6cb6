using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coi.Daemon.Sessions;

/// <summary>How JSON files of sessions are read and written.</summary>
internal static class JsonText
{
    /// <summary>Comments and trailing commas are people's; doubled keys would surface later, as another exception.</summary>
    public static readonly JsonDocumentOptions Reading =
        new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, AllowDuplicateProperties = false };

    /// <summary>Two spaces, and letters as themselves: these files are read by people, never put into a web page.</summary>
    public static readonly JsonWriterOptions Writing =
        new() { Indented = true, IndentSize = 2, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The object that <paramref name="content"/> holds; null when it holds something else.</summary>
    public static JsonObject? TryParse(ReadOnlySpan<byte> content)
    {
        try
        {
            // Editors of other systems put a byte order mark in front.
            if (content.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
                content = content[3..];
            if (JsonNode.Parse(content, documentOptions: Reading) is not JsonObject value)
                return null;
            // Nodes are read lazily: half a surrogate pair in a text would only surface when it is written again.
            _ = Bytes(value);
            return value;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The bytes of a file that holds <paramref name="value"/>.</summary>
    public static byte[] Bytes(JsonObject value)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Writing))
            value.WriteTo(writer);
        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <summary>A definition's constant as an object that can be changed.</summary>
    public static JsonObject Object(JsonElement element) => JsonObject.Create(element.Clone()) ?? [];
}
