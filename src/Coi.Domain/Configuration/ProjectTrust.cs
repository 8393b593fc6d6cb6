using System.Collections.Immutable;
using static Coi.Domain.Configuration.ConfigurationValue;

namespace Coi.Domain.Configuration;

/// <summary>Decides what a workspace's own file may change: it may tighten what the machine and the user say, never loosen it.</summary>
public static class ProjectTrust
{
    // From loose to strict.
    private static readonly ImmutableArray<string> Modes = ["open", "restricted", "allowlist"];

    /// <summary>What in <paramref name="project"/> loosens <paramref name="below"/>.</summary>
    public static ImmutableArray<ConfigurationProblem> Check(
        ImmutableSortedDictionary<string, Setting> below, ImmutableSortedDictionary<string, Setting> project)
    {
        ArgumentNullException.ThrowIfNull(below);
        ArgumentNullException.ThrowIfNull(project);
        return [.. project.Where(pair => !IsAllowed(pair.Key, pair.Value.Value, below.GetValueOrDefault(pair.Key)?.Value)).Select(pair => Refusal(pair.Key, pair.Value))];
    }

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

    private static ConfigurationProblem Refusal(string name, Setting setting) => new(
        "config.project_untrusted",
        $"{name} = {setting.Value} would loosen the isolation, and a workspace's own file may only tighten it",
        setting.Origin,
        name,
        $"remove it there; if you want it, put it into your own configuration, ~/.config/coi/config.toml");
}
