using System.Collections.Immutable;
using static Coi.Domain.Configuration.ConfigurationValue;

namespace Coi.Domain.Configuration;

/// <summary>Checks what a source says against the table of keys.</summary>
public static class LayerReader
{
    /// <summary>The settings that make sense, and what is wrong with the others.</summary>
    public static (ImmutableSortedDictionary<string, Setting> Settings, ImmutableArray<ConfigurationProblem> Problems) Read(IEnumerable<RawSetting> raw)
    {
        ArgumentNullException.ThrowIfNull(raw);
        var settings = ImmutableSortedDictionary.CreateBuilder<string, Setting>(StringComparer.Ordinal);
        var problems = ImmutableArray.CreateBuilder<ConfigurationProblem>();
        foreach (var entry in raw)
        {
            var name = string.Join('.', entry.Path);
            if (Problem(entry, name) is { } problem)
                problems.Add(problem);
            else if (ConfigurationKeys.Find(entry.Path) is { Type: KeyType.Mounts } key)
                problems.AddRange(MountReader.Read(key, entry, settings));
            else
                settings[name] = new Setting(entry.Value, entry.Origin);
        }
        return (settings.ToImmutable(), problems.ToImmutable());
    }

    private static ConfigurationProblem? Problem(RawSetting entry, string name)
    {
        var key = ConfigurationKeys.Find(entry.Path);
        if (key is null && ConfigurationKeys.IsTable(entry.Path))
            return new ConfigurationProblem("config.wrong_type", $"{name} is a table, not {entry.Value.Kind}", entry.Origin, name, $"write [{name}] and its keys below");
        if (key is null || (!key.InFiles && entry.Origin.Layer is not (Layer.Environment or Layer.Flags)))
            return Unknown(entry, name, key);
        if (!HasType(key.Type, entry.Value))
            return new ConfigurationProblem("config.wrong_type", $"{name} must be {Kind(key.Type)}, not {entry.Value.Kind}", entry.Origin, name, null);
        if (WrongName(key, entry.Path) is { } wrongName)
            return new ConfigurationProblem("config.invalid_value", wrongName, entry.Origin, name, null);
        return WrongValue(key, entry.Value) is { } cause
            ? new ConfigurationProblem("config.invalid_value", $"{name} {cause}", entry.Origin, name, null)
            : null;
    }

    private static ConfigurationProblem Unknown(RawSetting entry, string name, KeyDefinition? key)
    {
        var suggestion = key?.Variable is { } variable
            ? $"set the environment variable {variable}"
            : KeySuggestion.For(entry.Path) is { } nearest ? $"did you mean {nearest}?" : "docs/configuration.md lists all keys";
        return new ConfigurationProblem("config.unknown_key", $"unknown key {name}", entry.Origin, name, suggestion);
    }

    internal static ConfigurationProblem? Field(KeyDefinition field, RawSetting entry, string name)
    {
        if (!HasType(field.Type, entry.Value))
            return new ConfigurationProblem("config.wrong_type", $"{name} must be {Kind(field.Type)}, not {entry.Value.Kind}", entry.Origin, name, null);
        return WrongValue(field, entry.Value) is { } cause ? new ConfigurationProblem("config.invalid_value", $"{name} {cause}", entry.Origin, name, null) : null;
    }

    private static bool HasType(KeyType type, ConfigurationValue value) => (type, value) switch
    {
        (KeyType.Text or KeyType.Size or KeyType.Duration, Text) or (KeyType.Flag, Flag) or (KeyType.Number, Number) or (KeyType.TextList, TextList) => true,
        (KeyType.Mounts, Table or Mount or TextList { Values.IsEmpty: true }) => true,
        _ => false,
    };

    private static string Kind(KeyType type) => type switch
    {
        KeyType.Text => "a string",
        KeyType.Flag => "true or false",
        KeyType.Number => "a whole number",
        KeyType.TextList => "a list of strings",
        KeyType.Size => "a size such as \"4GiB\"",
        KeyType.Duration => "a duration such as \"90m\"",
        KeyType.Mounts => "a list of tables with host and container",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    private static string? WrongName(KeyDefinition key, IReadOnlyList<string> path)
    {
        foreach (var (part, at) in key.Parts.Select((part, at) => (part, at)).Where(pair => pair.part == "*"))
        {
            var isVariable = at > 0 && key.Parts[at - 1] == "environment";
            if (isVariable && !IsVariableName(path[at]))
                return $"'{path[at]}' cannot be the name of an environment variable";
            if (!isVariable && !path[at].All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
                return $"'{path[at]}' is not a name of letters, digits, dashes and underscores";
        }
        return null;
    }

    private static bool IsVariableName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static string? WrongValue(KeyDefinition key, ConfigurationValue value) => value switch
    {
        Text text when !key.Allowed.IsEmpty && !key.Allowed.Contains(text.Value) => $"must be one of {string.Join(", ", key.Allowed)}, not '{text.Value}'",
        Text text => key.Check?.Invoke(text.Value) is { } wrong ? $"cannot be used: {wrong}" : null,
        Number number when number.Value < key.Least || number.Value > key.Most => $"must be between {key.Least} and {key.Most}, not {number.Value}",
        Number number => key.Check?.Invoke(number.ToString()) is { } wrong ? $"cannot be used: {wrong}" : null,
        TextList list => list.Values.Select(item => key.Check?.Invoke(item)).FirstOrDefault(wrong => wrong is not null) is { } wrong ? $"cannot be used: {wrong}" : null,
        _ => null,
    };
}
