using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Coi.Domain.Configuration;
using CsCheck;
using Xunit;

namespace Coi.Domain.Tests.Configuration;

public sealed class SchemaSpecs
{
    private static readonly string[] Units = ["", " ", "B", "kB", "MiB", "GiB", " TB", "mb", "h", "m", "s", "d"];

    private readonly JsonNode _schema = JsonNode.Parse(ConfigurationSchema.Write())!;

    [Fact]
    public void The_schema_that_is_shipped_is_that_of_the_table_of_keys() => Generated.Matches("docs/configuration.schema.json", ConfigurationSchema.Write());

    [Fact]
    public void Every_key_of_a_file_is_in_the_schema_with_its_words() => Assert.All(ConfigurationKeys.All.Where(key => key.InFiles), key =>
    {
        var node = _schema;
        foreach (var part in key.Parts)
        {
            var table = node["anyOf"]?.AsArray().First(choice => choice!["type"]!.GetValue<string>() == "object") ?? node;
            node = (part == "*" ? table["additionalProperties"] : table["properties"]?[part]) ?? throw new InvalidOperationException($"{key.Name} is missing at {part}");
        }
        node = node["anyOf"]?[0] ?? node;
        Assert.Equal(key.Doc, node["description"]!.GetValue<string>());
    });

    [Fact]
    public void What_only_the_environment_sets_is_not_in_the_schema() => Assert.Null(_schema["properties"]!["container_prefix"]);

    [Fact]
    public void An_unknown_key_is_refused_in_every_table() => Assert.All(Tables(_schema), table =>
        Assert.True(table["additionalProperties"] is JsonObject || !table["additionalProperties"]!.GetValue<bool>()));

    [Fact]
    public void The_patterns_take_what_the_reader_takes()
    {
        var text = Gen.OneOf(
            Gen.Select(Gen.Int[0, 2000], Gen.Int[0, Units.Length - 1], (number, unit) => $"{number}{Units[unit]}"),
            Gen.Select(Gen.Int[0, 30], Gen.Int[0, 90], (hours, minutes) => $"{hours}h{minutes}m"));
        text.Sample(value =>
            Regex.IsMatch(value, Quantities.SizePattern) == Quantities.Size(value) is not null
            && (Regex.IsMatch(value, Quantities.DurationPattern) || Quantities.Duration(value) is null));
    }

    private static IEnumerable<JsonObject> Tables(JsonNode? node) => node switch
    {
        JsonObject table => table.SelectMany(pair => Tables(pair.Value)).Concat(table["type"] is JsonValue type && type.ToString() == "object" ? [table] : []),
        JsonArray list => list.SelectMany(Tables),
        _ => [],
    };
}
