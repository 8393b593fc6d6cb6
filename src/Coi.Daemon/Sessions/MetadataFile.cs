using System.Globalization;
using System.Text.Json;

namespace Coi.Daemon.Sessions;

/// <summary>
/// <c>metadata.json</c> of a session: the first five keys and their order are what scripts and older programs read, line by line;
/// ours follow. What is read may be any JSON, or none.
/// </summary>
internal static class MetadataFile
{
    public const string Name = "metadata.json";

    private const UnixFileMode Mode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const long Limit = 1 << 20;

    public static void Write(UnixDirectory session, SessionMetadata metadata)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, JsonText.Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("session_id", metadata.SessionId);
            writer.WriteString("container_name", metadata.ContainerName);
            writer.WriteBoolean("persistent", metadata.Persistent);
            writer.WriteString("workspace", metadata.Workspace);
            writer.WriteString("saved_at", Stamp(metadata.SavedAt));
            if (metadata.Tool is { } tool) writer.WriteString("tool", tool);
            if (metadata.Slot is { } slot) writer.WriteNumber("slot", slot);
            if (metadata.Image is { } image) writer.WriteString("image", image);
            if (metadata.Network is { } network) writer.WriteString("network", network);
            if (metadata.ForkedFrom is { } original) writer.WriteString("forked_from", original);
            if (metadata.CreatedAt is { } created) writer.WriteString("created_at", Stamp(created));
            writer.WriteEndObject();
        }
        buffer.WriteByte((byte)'\n');
        session.Write(Name, buffer.GetBuffer().AsSpan(0, (int)buffer.Length), Mode);
    }

    /// <summary>Reads what can be read; the second part says what is wrong with the rest.</summary>
    public static (SessionMetadata? Metadata, string? Warning) Read(UnixDirectory session, string id)
    {
        try
        {
            if (session.TryRead(Name, Limit) is not { } content)
                return (null, $"{session.Path}/{Name} is missing");
            using var document = JsonDocument.Parse(content, JsonText.Reading);
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
                return (null, $"{session.Path}/{Name} is not a JSON object");
            return (Map(document.RootElement, id), null);
        }
        catch (JsonException e)
        {
            return (null, $"{session.Path}/{Name} cannot be read: {e.Message}");
        }
        catch (IOException e)
        {
            return (null, $"{session.Path}/{Name} cannot be read: {e.Message}");
        }
    }

    /// <summary>RFC 3339 with seconds and the offset of local time; <c>Z</c> where that is zero.</summary>
    public static string Stamp(DateTimeOffset time) => time.Offset == TimeSpan.Zero
        ? time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    private static SessionMetadata Map(JsonElement root, string id) => new()
    {
        SessionId = Text(root, "session_id") ?? id,
        ContainerName = Text(root, "container_name") ?? "",
        Persistent = root.TryGetProperty("persistent", out var persistent) && persistent.ValueKind is JsonValueKind.True,
        Workspace = Text(root, "workspace") ?? "",
        SavedAt = Time(root, "saved_at") ?? DateTimeOffset.MinValue,
        Tool = Text(root, "tool"),
        Slot = root.TryGetProperty("slot", out var slot) && slot.ValueKind is JsonValueKind.Number && slot.TryGetInt32(out var number) ? number : null,
        Image = Text(root, "image"),
        Network = Text(root, "network"),
        ForkedFrom = Text(root, "forked_from"),
        CreatedAt = Time(root, "created_at"),
    };

    private static string? Text(JsonElement root, string key)
    {
        if (!root.TryGetProperty(key, out var value) || value.ValueKind is not JsonValueKind.String)
            return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: JSON, but no text.
            return null;
        }
    }

    private static DateTimeOffset? Time(JsonElement root, string key) =>
        DateTimeOffset.TryParse(Text(root, key), CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var time) ? time : null;
}
