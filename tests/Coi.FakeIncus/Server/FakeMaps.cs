using System.Text.Json.Nodes;

namespace Coi.FakeIncus;

/// <summary>Configuration and device maps, to and from JSON.</summary>
internal static class FakeMaps
{
    public static JsonObject ToJson(IEnumerable<KeyValuePair<string, string>> map)
    {
        var json = new JsonObject();
        foreach (var (key, value) in map.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json[key] = value;
        return json;
    }

    public static JsonObject ToJson(IEnumerable<KeyValuePair<string, IReadOnlyDictionary<string, string>>> devices)
    {
        var json = new JsonObject();
        foreach (var (key, value) in devices.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json[key] = ToJson(value);
        return json;
    }

    public static JsonArray ToJson(IEnumerable<string> values) => new([.. values.Select(value => (JsonNode)value)]);

    /// <summary>A map of texts; Incus refuses other values.</summary>
    public static Dictionary<string, string> Config(JsonNode? node)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (node is not JsonObject json) return map;
        foreach (var (key, value) in json)
        {
            map[key] = value is JsonValue text && text.TryGetValue<string>(out var read)
                ? read
                : throw new FakeIncusError(400, $"json: cannot unmarshal the value of {key} into Go struct field of type string");
        }

        return map;
    }

    public static Dictionary<string, IReadOnlyDictionary<string, string>> Devices(JsonNode? node)
    {
        var map = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        if (node is not JsonObject json) return map;
        foreach (var (key, value) in json) map[key] = Config(value);
        return map;
    }

    /// <summary>Merges as PATCH does: an empty value removes a key.</summary>
    public static void Merge(Dictionary<string, string> target, Dictionary<string, string> change)
    {
        foreach (var (key, value) in change)
        {
            if (value.Length == 0) target.Remove(key);
            else target[key] = value;
        }
    }

    public static IReadOnlyList<string> List(JsonNode? node) =>
        node is JsonArray array ? [.. array.Select(item => item?.GetValue<string>() ?? "")] : [];

    public static string Text(JsonObject json, string name, string fallback = "") =>
        json[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : fallback;

    public static bool Flag(JsonObject json, string name) =>
        json[name] is JsonValue value && value.TryGetValue<bool>(out var flag) && flag;

    public static int Number(JsonObject json, string name, int fallback = 0) =>
        json[name] is JsonValue value && value.TryGetValue<int>(out var number) ? number : fallback;
}
