using System.Collections.Immutable;
using Coi.Domain.Configuration;

namespace Coi.Daemon.Configuration;

/// <summary>The layer of environment variables; an empty variable counts as none.</summary>
internal static class EnvironmentLayer
{
    public static (IEnumerable<RawSetting> Raw, ImmutableArray<ConfigurationProblem> Problems) Read(IReadOnlyDictionary<string, string> environment)
    {
        var raw = new List<RawSetting>();
        foreach (var key in ConfigurationKeys.All)
        {
            if (key.Variable is { } variable && environment.GetValueOrDefault(variable) is { Length: > 0 } text)
                raw.Add(new RawSetting(key.Parts, Value(key.Type, text), new Origin(Layer.Environment, variable)));
        }
        return (raw, []);
    }

    private static ConfigurationValue Value(KeyType type, string text) => (type, text.ToUpperInvariant()) switch
    {
        (KeyType.Flag, "1" or "TRUE" or "YES" or "ON") => new ConfigurationValue.Flag(true),
        (KeyType.Flag, "0" or "FALSE" or "NO" or "OFF") => new ConfigurationValue.Flag(false),
        (KeyType.Text, _) => new ConfigurationValue.Text(text),
        _ => new ConfigurationValue.Other($"'{text}'"),
    };
}

/// <summary>The layer of flags.</summary>
internal static class FlagLayer
{
    public static (IEnumerable<RawSetting> Raw, ImmutableArray<ConfigurationProblem> Problems) Read(ConfigurationOverrides overrides)
    {
        var raw = new List<RawSetting>();
        if (overrides.Image is { } image)
            raw.Add(Setting("defaults.image", new ConfigurationValue.Text(image), "--image"));
        if (overrides.Persistent is { } persistent)
            raw.Add(Setting("defaults.persistent", new ConfigurationValue.Flag(persistent), "--persistent"));
        if (overrides.Network is { } network)
            raw.Add(Setting("network.mode", new ConfigurationValue.Text(network), "--network"));
        foreach (var mount in overrides.Mounts)
            raw.Add(Setting("mounts", new ConfigurationValue.Mount(mount.Host, mount.Container, mount.ReadOnly), mount.Flag));
        return (raw, []);

        static RawSetting Setting(string key, ConfigurationValue value, string flag) => new(key.Split('.'), value, new Origin(Layer.Flags, flag));
    }
}
