using System.Text.Json.Nodes;
using Tomlyn.Model;

namespace Coi.Daemon.Tools;

/// <summary>Turns TOML into JSON of the same meaning and back, so that one merge serves files of both kinds.</summary>
internal static class TomlJson
{
    /// <summary>The JSON of a value; dates become texts.</summary>
    public static JsonNode? Of(object? value) => value switch
    {
        TomlTable table => new JsonObject(table.Select(pair => KeyValuePair.Create(pair.Key, Of(pair.Value)))),
        TomlTableArray tables => new JsonArray([.. tables.Select(Of)]),
        TomlArray array => new JsonArray([.. array.Select(Of)]),
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        long number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        _ => JsonValue.Create(value?.ToString()),
    };

    /// <summary>The TOML of an object; what is null has no place in TOML and is left out.</summary>
    public static TomlTable Table(JsonObject value)
    {
        var table = new TomlTable();
        foreach (var (key, node) in value)
        {
            if (Value(node) is { } converted) table[key] = converted;
        }

        return table;
    }

    private static object? Value(JsonNode? node) => node switch
    {
        JsonObject value => Table(value),
        JsonArray { Count: > 0 } list when list.All(item => item is JsonObject) => Tables(list),
        JsonArray list => List(list),
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        JsonValue value when value.TryGetValue<long>(out var number) => number,
        JsonValue value when value.TryGetValue<double>(out var number) => number,
        JsonValue value => value.ToString(),
        _ => null,
    };

    private static TomlTableArray Tables(JsonArray list)
    {
        var tables = new TomlTableArray();
        foreach (var item in list.OfType<JsonObject>()) tables.Add(Table(item));
        return tables;
    }

    private static TomlArray List(JsonArray list)
    {
        var array = new TomlArray();
        foreach (var item in list)
        {
            if (Value(item) is { } value) array.Add(value);
        }

        return array;
    }
}
