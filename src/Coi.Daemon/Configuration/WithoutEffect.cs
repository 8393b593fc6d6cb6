using Coi.Domain.Configuration;

namespace Coi.Daemon.Configuration;

/// <summary>Finds settings that are accepted because files of earlier versions have them, and that do nothing.</summary>
internal static class WithoutEffect
{
    /// <summary>A line for each that somebody set, with what holds in its place.</summary>
    public static IEnumerable<ConfigurationProblem> Of(ConfigurationResult.Loaded loaded) =>
        from setting in loaded.Configuration.Values
        where setting.Value.Origin.Layer != Layer.BuiltIn
        let key = ConfigurationKeys.Named(setting.Key)
        where key is { HasEffect: false }
        select new ConfigurationProblem("config.no_effect", $"{setting.Key} has no effect: {key.Doc.TrimEnd('.')}", setting.Value.Origin, setting.Key, "remove it");
}
