using System.Collections.Immutable;
using static Coi.Domain.Configuration.ConfigurationValue;

namespace Coi.Domain.Configuration;

/// <summary>Reads one table of a list of mounts. Each becomes a setting of its own, named after its place, so that layers merge mount by mount.</summary>
internal static class MountReader
{
    /// <summary>Adds the mount to the settings, or says what is wrong with it.</summary>
    public static ImmutableArray<ConfigurationProblem> Read(KeyDefinition key, RawSetting entry, ImmutableSortedDictionary<string, Setting>.Builder settings)
    {
        var list = key.SameAs ?? string.Join('.', entry.Path);
        if (AsTable(entry) is not { } table)
            return [];
        if (Problems(key, entry, table, list) is { IsEmpty: false } problems)
            return problems;
        var mount = new Mount(Value(table, "host"), Value(table, "container").TrimEnd('/'), table.Entries.Any(e => e is { Path: ["readonly"], Value: Flag { Value: true } }));
        if (settings.TryAdd($"{list}[{mount.Container}]", new Setting(mount, entry.Origin)))
            return [];
        return [new ConfigurationProblem("config.duplicate_mount", $"a second mount at {mount.Container} in {list}", entry.Origin, list, "each place takes one mount")];
    }

    private static ImmutableArray<ConfigurationProblem> Problems(KeyDefinition key, RawSetting entry, Table table, string list)
    {
        var problems = ImmutableArray.CreateBuilder<ConfigurationProblem>();
        foreach (var written in table.Entries)
        {
            var name = $"{list}.{string.Join('.', written.Path)}";
            if (key.Fields.FirstOrDefault(field => written.Path is [var only] && only == field.Name) is not { } field)
                problems.Add(new ConfigurationProblem("config.unknown_key", $"unknown key {name}", written.Origin, name, Suggestion(key, written.Path, list)));
            else if (LayerReader.Field(field, written, name) is { } problem)
                problems.Add(problem);
        }
        foreach (var field in key.Fields.Where(field => field.Required && !table.Entries.Any(written => written.Path is [var only] && only == field.Name)))
            problems.Add(new ConfigurationProblem("config.missing_key", $"a mount in {list} has no {field.Name}", entry.Origin, $"{list}.{field.Name}", field.Doc.TrimEnd('.')));
        return problems.ToImmutable();
    }

    private static string Suggestion(KeyDefinition key, IReadOnlyList<string> path, string list)
    {
        var nearest = key.Fields.MinBy(field => KeySuggestion.Distance(path[^1], field.Name));
        return nearest is not null && KeySuggestion.Distance(path[^1], nearest.Name) <= 2
            ? $"did you mean {list}.{nearest.Name}?"
            : $"a mount has {string.Join(", ", key.Fields.Select(field => field.Name))}";
    }

    // What a flag says is checked like what a file says.
    private static Table? AsTable(RawSetting entry) => entry.Value switch
    {
        Table table => table,
        Mount mount => new Table(
        [
            new RawSetting(["host"], new Text(mount.Host), entry.Origin),
            new RawSetting(["container"], new Text(mount.Container), entry.Origin),
            new RawSetting(["readonly"], new Flag(mount.ReadOnly), entry.Origin),
        ]),
        _ => null,
    };

    private static string Value(Table table, string field) =>
        table.Entries.Where(e => e.Path[0] == field).Select(e => e.Value).OfType<Text>().Select(text => text.Value).First();
}
