using System.Buffers;
using System.Text.Json;

namespace Coi.Incus;

/// <summary>What Incus is told about a command, written without a serialiser (see <see cref="JsonFields"/>).</summary>
internal static class ExecJson
{
    /// <summary>The body of an exec request.</summary>
    /// <param name="request">The command.</param>
    /// <param name="terminal">The size of its terminal, null without one.</param>
    public static byte[] Request(ExecRequest request, (int Columns, int Rows)? terminal) => Write(json =>
    {
        json.WriteStartArray("command");
        foreach (var word in request.Command) json.WriteStringValue(word);
        json.WriteEndArray();
        WriteTexts(json, "environment", request.Environment);
        json.WriteBoolean("interactive", terminal is not null);
        if (terminal is { } size)
        {
            json.WriteNumber("width", size.Columns);
            json.WriteNumber("height", size.Rows);
        }

        json.WriteNumber("user", request.User);
        json.WriteNumber("group", request.Group);
        if (request.Cwd is { } cwd) json.WriteString("cwd", cwd);
        json.WriteBoolean("wait-for-websocket", true);
        json.WriteBoolean("record-output", false);
    });

    /// <summary>A message on the control socket: a signal.</summary>
    public static byte[] Signal(int signal) => Write(json =>
    {
        json.WriteString("command", "signal");
        json.WriteNumber("signal", signal);
    });

    /// <summary>A message on the control socket: the terminal's size.</summary>
    public static byte[] Resize(int columns, int rows) => Write(json =>
    {
        json.WriteString("command", "window-resize");
        WriteTexts(json, "args", new Dictionary<string, string>(StringComparer.Ordinal) { ["width"] = $"{columns}", ["height"] = $"{rows}" });
    });

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, string> texts)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in texts) json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static byte[] Write(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        fields(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
