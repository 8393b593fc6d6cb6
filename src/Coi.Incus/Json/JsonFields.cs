using System.Text.Json;

namespace Coi.Incus;

/// <summary>
/// Reads the few fields of what every call has, answers and operations, without a serialiser: that takes a tenth of a short command to get ready
/// (docs/decisions/0004). A field that is missing is null or 0; one of another kind is a <see cref="JsonException"/>.
/// </summary>
internal static class JsonFields
{
    public static JsonElement Object(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object ? value : throw new JsonException($"an object was expected, not {value.ValueKind}");

    public static JsonElement? Field(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    public static string? Text(this JsonElement json, string name) =>
        json.Field(name) is not { } value ? null : value.ValueKind == JsonValueKind.String ? value.GetString() : throw Unexpected(name);

    public static int Number(this JsonElement json, string name) =>
        json.Field(name) is not { } value ? 0 : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : throw Unexpected(name);

    public static bool Truth(this JsonElement json, string name) =>
        json.Field(name) is { } value && (value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Unexpected(name));

    public static DateTimeOffset Time(this JsonElement json, string name) =>
        json.Field(name) is not { } value ? default : value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out var time) ? time : throw Unexpected(name);

    private static JsonException Unexpected(string name) => new($"'{name}' is not of the kind that was expected");
}
