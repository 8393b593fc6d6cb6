using System.Collections.Immutable;
using Coi.Domain.Configuration;
using CsCheck;
using Xunit;

namespace Coi.Domain.Tests.Configuration;

public sealed class LayerMergeSpecs
{
    private static readonly Gen<ImmutableSortedDictionary<string, Setting>> Layers =
        from layer in Gen.Enum<Layer>()
        from entries in Gen.Select(OneOf("defaults.image", "network.mode", "environment.A", "mounts[/a]", "profiles.x.image"), Gen.String).Array[0, 6]
        select entries.DistinctBy(entry => entry.Item1).ToImmutableSortedDictionary(
            entry => entry.Item1, entry => new Setting(new ConfigurationValue.Text(entry.Item2), new Origin(layer, "file", 1)), StringComparer.Ordinal);

    [Fact]
    public void A_key_that_is_present_above_wins_with_its_origin() => Gen.Select(Layers, Layers).Sample((below, above) =>
    {
        var merged = LayerMerge.Over(below, above);
        return above.All(pair => merged[pair.Key] == pair.Value);
    });

    [Fact]
    public void A_key_that_is_absent_above_keeps_its_value_and_origin() => Gen.Select(Layers, Layers).Sample((below, above) =>
    {
        var merged = LayerMerge.Over(below, above);
        return below.Where(pair => !above.ContainsKey(pair.Key)).All(pair => merged[pair.Key] == pair.Value)
            && merged.Count == below.Keys.Union(above.Keys).Count();
    });

    [Fact]
    public void An_empty_layer_changes_nothing() => Layers.Sample(layer =>
        LayerMerge.Over(layer, ImmutableSortedDictionary<string, Setting>.Empty).SequenceEqual(layer)
        && LayerMerge.Over(ImmutableSortedDictionary<string, Setting>.Empty, layer).SequenceEqual(layer));

    [Fact]
    public void Merging_is_the_same_from_either_end() => Gen.Select(Layers, Layers, Layers).Sample((a, b, c) =>
        LayerMerge.Over(LayerMerge.Over(a, b), c).SequenceEqual(LayerMerge.Over(a, LayerMerge.Over(b, c))));

    [Fact]
    public void Of_many_layers_the_highest_that_has_a_key_decides() => Layers.Array[0, 8].Sample(layers =>
    {
        var empty = ImmutableSortedDictionary.Create<string, Setting>(StringComparer.Ordinal);
        var merged = layers.Aggregate(empty, LayerMerge.Over);
        return merged.Keys.SequenceEqual(layers.SelectMany(layer => layer.Keys).Distinct().Order(StringComparer.Ordinal))
            && merged.All(pair => ReferenceEquals(pair.Value, layers.Last(layer => layer.ContainsKey(pair.Key))[pair.Key]));
    });

    private static Gen<string> OneOf(params string[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);
}
