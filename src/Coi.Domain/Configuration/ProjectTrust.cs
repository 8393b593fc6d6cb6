using System.Collections.Immutable;
using static Coi.Domain.Configuration.ConfigurationValue;

namespace Coi.Domain.Configuration;

/// <summary>Decides what a workspace's own file may change: it may tighten what the machine and the user say, never loosen it.</summary>
public static class ProjectTrust
{
    // From loose to strict.
    private static readonly ImmutableArray<string> Modes = ["open", "restricted", "allowlist"];

    /// <summary>What in <paramref name="project"/> loosens <paramref name="below"/>.</summary>
    public static ImmutableArray<LooseSetting> Loosening(
        ImmutableSortedDictionary<string, Setting> below, ImmutableSortedDictionary<string, Setting> project)
    {
        ArgumentNullException.ThrowIfNull(below);
        ArgumentNullException.ThrowIfNull(project);
        return
        [
            .. from pair in project
               let current = below.GetValueOrDefault(pair.Key)?.Value
               where !IsAllowed(pair.Key, pair.Value.Value, current)
               orderby pair.Value.Origin.Line, pair.Value.Origin.Column
               select new LooseSetting(pair.Key, pair.Value.Value, Kept(pair.Key, pair.Value.Value, current), pair.Value.Origin),
        ];
    }

    /// <summary>
    /// What of <paramref name="project"/> is in force without trust: what does not loosen, and of a list that protects, what it adds to the one
    /// below.
    /// </summary>
    public static ImmutableSortedDictionary<string, Setting> WithoutTrust(
        ImmutableSortedDictionary<string, Setting> below, ImmutableSortedDictionary<string, Setting> project)
    {
        ArgumentNullException.ThrowIfNull(project);
        foreach (var loose in Loosening(below, project))
        {
            project = loose is { Wanted: TextList, InForce: TextList kept } && kept != below[loose.Key].Value
                ? project.SetItem(loose.Key, project[loose.Key] with { Value = kept })
                : project.Remove(loose.Key);
        }

        return project;
    }

    // A project that lists what it wants protected seldom means that all else is to be open.
    private static ConfigurationValue? Kept(string name, ConfigurationValue wanted, ConfigurationValue? current) =>
        (ConfigurationKeys.Named(name)?.Project, wanted, current) is (ProjectRule.Superset, TextList list, TextList present)
            ? new TextList([.. present.Values.Union(list.Values, StringComparer.Ordinal)])
            : current;

    private static bool IsAllowed(string name, ConfigurationValue wanted, ConfigurationValue? current)
    {
        if (wanted == current)
            return true;
        var key = ConfigurationKeys.Named(name);
        return key is not null && (!key.HasEffect || (key.Project, wanted, current) switch
        {
            (ProjectRule.Free, _, _) => true,
            (ProjectRule.OnlyTrue, Flag flag, _) => flag.Value,
            (ProjectRule.OnlyFalse, Flag flag, _) => !flag.Value,
            (ProjectRule.StricterMode, Text mode, Text present) => Modes.IndexOf(mode.Value) >= Modes.IndexOf(present.Value),
            (ProjectRule.Subset, TextList list, TextList present) => list.Values.All(present.Values.Contains),
            (ProjectRule.Superset, TextList list, TextList present) => present.Values.All(list.Values.Contains),
            (ProjectRule.LowerLimit, _, _) => Amount(wanted) is { } amount && amount > 0 && (current is null || Amount(current) is 0 or null || amount <= Amount(current)),
            (ProjectRule.OnlyReadOnly, Mount { ReadOnly: true } mount, Mount present) => mount.Host == present.Host,
            (ProjectRule.NotHigher, Number number, Number present) => number.Value <= present.Value,
            _ => false,
        });
    }

    private static long? Amount(ConfigurationValue value) => value switch
    {
        Number number => number.Value,
        Text text => Quantities.Size(text.Value) ?? Quantities.Duration(text.Value)?.Ticks,
        _ => null,
    };
}

/// <summary>Something in a workspace's file that would loosen the isolation or reach the host.</summary>
/// <param name="Key">The setting.</param>
/// <param name="Wanted">Its value in the file.</param>
/// <param name="InForce">The value that counts without trust; null where there is none.</param>
/// <param name="Origin">Where it stands.</param>
public sealed record LooseSetting(string Key, ConfigurationValue Wanted, ConfigurationValue? InForce, Origin Origin)
{
    /// <summary>The wish for a person, as it would stand in a file.</summary>
    public string Text => PlainText.Brief($"{Key} = {Wanted}");
}
