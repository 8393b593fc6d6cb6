using System.Collections.Immutable;

namespace Coi.Domain.Configuration;

/// <summary>Profiles: sets of settings with a name, which may build on each other.</summary>
public static class Profiles
{
    private const string Inherits = "inherits";

    /// <summary>The layer that a profile amounts to, those that it builds on included; null when nothing defines it.</summary>
    public static ImmutableSortedDictionary<string, Setting>? Layer(ImmutableSortedDictionary<string, Setting> settings, string name)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return Own(settings, name).IsEmpty
            ? null
            : Chain(settings, name).Reverse().Aggregate(
                ImmutableSortedDictionary.Create<string, Setting>(StringComparer.Ordinal),
                (below, profile) => LayerMerge.Over(below, Translated(Own(settings, profile))));
    }

    /// <summary>Names of the profiles that are defined, sorted.</summary>
    public static IEnumerable<string> Names(ImmutableSortedDictionary<string, Setting> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Keys.Where(key => key.StartsWith("profiles.", StringComparison.Ordinal)).Select(key => key.Split('.')[1]).Distinct();
    }

    /// <summary>What is wrong with how profiles build on each other.</summary>
    public static ImmutableArray<ConfigurationProblem> Check(ImmutableSortedDictionary<string, Setting> settings) =>
        [.. Names(settings).Select(name => Problem(settings, name)).OfType<ConfigurationProblem>()];

    private static ConfigurationProblem? Problem(ImmutableSortedDictionary<string, Setting> settings, string name)
    {
        if (Parent(settings, name) is not { } parent)
            return null;
        var key = $"profiles.{name}.{Inherits}";
        var origin = settings[key].Origin;
        if (Own(settings, parent).IsEmpty)
        {
            var known = Names(settings).Where(other => other != name).ToList();
            return new ConfigurationProblem("config.unknown_profile", $"profile {name} inherits '{parent}', which is not defined", origin, key,
                known.Count > 0 ? $"there are {string.Join(", ", known)}" : $"define it as [profiles.{parent}]");
        }
        var chain = Chain(settings, name).ToList();
        return Parent(settings, chain[^1]) == name
            ? new ConfigurationProblem("config.profile_cycle", $"profile {string.Join(" inherits ", chain.Append(name))}", origin, key, "remove one of these inherits")
            : null;
    }

    // From the profile to the one that inherits nothing; a circle is gone round once.
    private static IEnumerable<string> Chain(ImmutableSortedDictionary<string, Setting> settings, string name)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var next = name; next is not null && seen.Add(next); next = Parent(settings, next))
            yield return next;
    }

    private static string? Parent(ImmutableSortedDictionary<string, Setting> settings, string name) =>
        settings.GetValueOrDefault($"profiles.{name}.{Inherits}")?.Value is ConfigurationValue.Text parent ? parent.Value : null;

    private static ImmutableSortedDictionary<string, Setting> Own(ImmutableSortedDictionary<string, Setting> settings, string name)
    {
        var prefix = $"profiles.{name}.";
        return settings.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToImmutableSortedDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value, StringComparer.Ordinal);
    }

    private static ImmutableSortedDictionary<string, Setting> Translated(ImmutableSortedDictionary<string, Setting> profile) => profile
        .Where(pair => pair.Key != Inherits)
        .ToImmutableSortedDictionary(
            pair => Target(pair.Key),
            pair => pair.Value with { Origin = pair.Value.Origin with { Layer = Configuration.Layer.Profile } },
            StringComparer.Ordinal);

    private static string Target(string key) => key switch
    {
        "image" => "defaults.image",
        "persistent" => "defaults.persistent",
        "tool" => "tool.name",
        "network" => "network.mode",
        _ => key,
    };
}
