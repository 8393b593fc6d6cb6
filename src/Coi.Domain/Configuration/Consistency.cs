using System.Collections.Immutable;

namespace Coi.Domain.Configuration;

/// <summary>What must hold between keys.</summary>
public static class Consistency
{
    /// <summary>What cannot work although each key is right by itself.</summary>
    public static ImmutableArray<ConfigurationProblem> Check(ImmutableSortedDictionary<string, Setting> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var mode = settings["network.mode"];
        ImmutableArray<ConfigurationProblem> emptyAllowlist = mode.Value is ConfigurationValue.Text { Value: "allowlist" } && settings["network.allowed_domains"].Value is ConfigurationValue.TextList { Values.IsEmpty: true }
            ? [new ConfigurationProblem("config.empty_allowlist", "network mode allowlist without anything in network.allowed_domains would reach nothing", mode.Origin, "network.mode",
                "list what the tool needs, such as allowed_domains = [\"api.anthropic.com\"], in [network] of ~/.config/coi/config.toml")]
            : [];
        return [.. Profiles.Check(settings), .. emptyAllowlist];
    }
}
