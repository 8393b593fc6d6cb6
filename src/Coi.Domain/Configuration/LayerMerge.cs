using System.Collections.Immutable;

namespace Coi.Domain.Configuration;

/// <summary>Lays layers over each other.</summary>
public static class LayerMerge
{
    /// <summary>A key that is present above wins with its origin; one that is absent changes nothing.</summary>
    public static ImmutableSortedDictionary<string, Setting> Over(
        ImmutableSortedDictionary<string, Setting> below, ImmutableSortedDictionary<string, Setting> above)
    {
        ArgumentNullException.ThrowIfNull(below);
        return below.SetItems(above);
    }

    /// <summary>The layer that a profile amounts to; null when nothing defines it.</summary>
    public static ImmutableSortedDictionary<string, Setting>? Profile(ImmutableSortedDictionary<string, Setting> settings, string name)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var prefix = $"profiles.{name}.";
        var own = settings.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        return own.Count == 0 ? null : own.ToImmutableSortedDictionary(
            pair => Target(pair.Key[prefix.Length..]),
            pair => pair.Value with { Origin = pair.Value.Origin with { Layer = Layer.Profile } },
            StringComparer.Ordinal);
    }

    /// <summary>Names of the profiles that are defined, sorted.</summary>
    public static IEnumerable<string> ProfileNames(ImmutableSortedDictionary<string, Setting> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Keys.Where(key => key.StartsWith("profiles.", StringComparison.Ordinal)).Select(key => key.Split('.')[1]).Distinct();
    }

    private static string Target(string key) => key switch
    {
        "image" => "defaults.image",
        "persistent" => "defaults.persistent",
        "tool" => "tool.name",
        "network" => "network.mode",
        _ => key,
    };
}
