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
}
