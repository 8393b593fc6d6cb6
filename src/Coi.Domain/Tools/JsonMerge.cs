using System.Text.Json.Nodes;

namespace Coi.Domain.Tools;

/// <summary>Deep merge of JSON objects, in which nothing is dropped.</summary>
public static class JsonMerge
{
    /// <summary>
    /// Lays <paramref name="above"/> over <paramref name="below"/> and returns a new object: objects are merged key by key, lists are
    /// joined without doubles, and of two other values the one from above wins.
    /// </summary>
    public static JsonObject Deep(JsonObject below, JsonObject above)
    {
        ArgumentNullException.ThrowIfNull(below);
        ArgumentNullException.ThrowIfNull(above);
        var merged = (JsonObject)below.DeepClone();
        foreach (var (key, value) in above)
            merged[key] = merged.TryGetPropertyValue(key, out var existing) ? Pair(existing, value) : value?.DeepClone();
        return merged;
    }

    private static JsonNode? Pair(JsonNode? below, JsonNode? above) => (below, above) switch
    {
        (JsonObject b, JsonObject a) => Deep(b, a),
        (JsonArray b, JsonArray a) => Join(b, a),
        _ => above?.DeepClone(),
    };

    private static JsonArray Join(JsonArray below, JsonArray above)
    {
        var joined = (JsonArray)below.DeepClone();
        foreach (var item in above)
        {
            if (!joined.Any(known => JsonNode.DeepEquals(known, item)))
                joined.Add(item?.DeepClone());
        }
        return joined;
    }
}
