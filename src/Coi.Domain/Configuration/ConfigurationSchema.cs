using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coi.Domain.Configuration;

/// <summary>Writes the JSON Schema of configuration files from the table of keys, for editors that complete and check TOML.</summary>
public static class ConfigurationSchema
{
    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema (draft 2020-12).</summary>
    public static string Write()
    {
        var root = Table(ConfigurationKeys.All.Where(key => key.InFiles), depth: 0);
        root.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        root.Insert(1, "title", "coi configuration");
        root.Insert(2, "description", "/etc/coi/config.toml, ~/.config/coi/config.toml and .coi.toml of a workspace");
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Layout)) root.WriteTo(json);
        return System.Text.Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    // The table that these keys share, seen from the given depth of their names.
    private static JsonObject Table(IEnumerable<KeyDefinition> keys, int depth)
    {
        var table = new JsonObject { ["type"] = "object" };
        var properties = new JsonObject();
        JsonNode others = JsonValue.Create(false);
        foreach (var group in keys.GroupBy(key => key.Parts[depth]))
        {
            var node = Node([.. group], depth);
            if (group.Key == "*") others = node;
            else properties[group.Key] = node;
        }
        if (properties.Count > 0) table["properties"] = properties;
        table["additionalProperties"] = others;
        return table;
    }

    // A name may be a key, a table, or either: [[mounts]] is a list, and [[mounts.default]] is one in a table.
    private static JsonObject Node(IReadOnlyList<KeyDefinition> keys, int depth)
    {
        var own = keys.FirstOrDefault(key => key.Parts.Length == depth + 1);
        var below = keys.Where(key => key.Parts.Length > depth + 1).ToList();
        return (own, below) switch
        {
            (null, _) => Table(below, depth + 1),
            (not null, []) => Value(own),
            _ => new JsonObject { ["anyOf"] = new JsonArray(Value(own), Table(below, depth + 1)) },
        };
    }

    private static JsonObject Value(KeyDefinition key)
    {
        var value = Type(key);
        value["description"] = key.Doc;
        if (key.Default is { } text) value["default"] = JsonNode.Parse(text.ToString() ?? "null");
        if (!key.HasEffect || key.SameAs is not null) value["deprecated"] = true;
        return value;
    }

    private static JsonObject Type(KeyDefinition key) => key.Type switch
    {
        KeyType.Text when !key.Allowed.IsEmpty => new JsonObject { ["enum"] = new JsonArray([.. key.Allowed.Select(value => JsonValue.Create(value))]) },
        KeyType.Text => new JsonObject { ["type"] = "string" },
        KeyType.Flag => new JsonObject { ["type"] = "boolean" },
        KeyType.Number => Number(key),
        KeyType.TextList => new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string" } },
        KeyType.Size => new JsonObject { ["type"] = "string", ["pattern"] = Quantities.SizePattern },
        KeyType.Duration => new JsonObject { ["type"] = "string", ["pattern"] = Quantities.DurationPattern },
        KeyType.Mounts => new JsonObject { ["type"] = "array", ["items"] = Fields(key) },
        _ => throw new ArgumentOutOfRangeException(nameof(key), key.Type, null),
    };

    private static JsonObject Number(KeyDefinition key)
    {
        var number = new JsonObject { ["type"] = "integer" };
        if (key.Least != long.MinValue) number["minimum"] = key.Least;
        if (key.Most != long.MaxValue) number["maximum"] = key.Most;
        return number;
    }

    private static JsonObject Fields(KeyDefinition list) => new()
    {
        ["type"] = "object",
        ["properties"] = new JsonObject([.. list.Fields.Select(field => KeyValuePair.Create(field.Name, (JsonNode?)Value(field)))]),
        ["required"] = new JsonArray([.. list.Fields.Where(field => field.Required).Select(field => JsonValue.Create(field.Name))]),
        ["additionalProperties"] = false,
    };
}
