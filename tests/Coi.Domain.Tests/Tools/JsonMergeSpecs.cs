using System.Text.Json.Nodes;
using Coi.Domain.Tools;
using CsCheck;
using Xunit;

namespace Coi.Domain.Tests.Tools;

public sealed class JsonMergeSpecs
{
    private static readonly Gen<JsonObject> Objects = Object(3);

    [Fact]
    public void No_key_is_dropped() => Gen.Select(Objects, Objects).Sample((below, above) =>
    {
        var merged = JsonMerge.Deep(below, above);
        return HasKeysOf(merged, above) && below.All(pair => merged.ContainsKey(pair.Key));
    });

    [Fact]
    public void What_is_above_is_in_force() => Gen.Select(Objects, Objects).Sample((below, above) => Covers(JsonMerge.Deep(below, above), above));

    [Fact]
    public void Merging_again_changes_nothing() => Gen.Select(Objects, Objects).Sample((below, above) =>
    {
        var merged = JsonMerge.Deep(below, above);
        return JsonNode.DeepEquals(merged, JsonMerge.Deep(merged, above));
    });

    [Fact]
    public void Neither_side_is_changed() => Gen.Select(Objects, Objects).Sample((below, above) =>
    {
        var (b, a) = (below.ToJsonString(), above.ToJsonString());
        JsonMerge.Deep(below, above)["changed"] = 1;
        return below.ToJsonString() == b && above.ToJsonString() == a;
    });

    [Fact]
    public void Lists_are_joined_without_doubles()
    {
        var merged = JsonMerge.Deep(Parse("""{ "allow": ["a", "b"], "x": 1 }"""), Parse("""{ "allow": ["b", "c"], "x": null }"""));

        Assert.Equal("""{"allow":["a","b","c"],"x":null}""", merged.ToJsonString());
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static Gen<JsonObject> Object(int depth) =>
        Gen.Select(Gen.Int[0, 3].Select(at => "abcd"[at].ToString()), Node(depth)).Array[0, 4].Select(pairs =>
        {
            var value = new JsonObject();
            foreach (var (key, node) in pairs)
                value[key] = node?.DeepClone();
            return value;
        });

    private static Gen<JsonNode?> Node(int depth)
    {
        var leaf = Gen.Int[0, 9].Select(number => (JsonNode?)JsonValue.Create(number));
        return depth == 0 ? leaf : Gen.OneOf(leaf, Object(depth - 1).Select(value => (JsonNode?)value), leaf.Array[0, 3].Select(items => (JsonNode?)new JsonArray(items)));
    }

    private static bool HasKeysOf(JsonObject merged, JsonObject part) => part.All(pair => merged.ContainsKey(pair.Key)
        && (pair.Value is not JsonObject child || (merged[pair.Key] is JsonObject mergedChild && HasKeysOf(mergedChild, child))));

    private static bool Covers(JsonObject merged, JsonObject above) => above.All(pair => (pair.Value, merged[pair.Key]) switch
    {
        (JsonObject wanted, JsonObject found) => Covers(found, wanted),
        (JsonArray wanted, JsonArray found) => wanted.All(item => found.Any(other => JsonNode.DeepEquals(item, other))),
        var (wanted, found) => JsonNode.DeepEquals(wanted, found),
    });
}
