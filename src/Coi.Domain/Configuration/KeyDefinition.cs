using System.Collections.Immutable;

namespace Coi.Domain.Configuration;

/// <summary>Type of a key's value.</summary>
public enum KeyType
{
    /// <summary>A string.</summary>
    Text,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A list of strings.</summary>
    TextList,

    /// <summary>An amount of memory or disk, such as <c>"4GiB"</c>.</summary>
    Size,

    /// <summary>A length of time, such as <c>"1h30m"</c>.</summary>
    Duration,

    /// <summary>A list of tables, each with a directory of the host and its place in the container.</summary>
    Mounts,
}

/// <summary>What a workspace's <c>.coi.toml</c> may do with a key: it is written by whoever wrote the repository, perhaps by the agent itself.</summary>
public enum ProjectRule
{
    /// <summary>Anything: the key has nothing to do with isolation.</summary>
    Free,

    /// <summary>Nothing but repeat what is in force.</summary>
    Never,

    /// <summary>Only switch it on.</summary>
    OnlyTrue,

    /// <summary>Only switch it off.</summary>
    OnlyFalse,

    /// <summary>Only a stricter network mode: open, restricted, allowlist.</summary>
    StricterMode,

    /// <summary>Only remove entries.</summary>
    Subset,

    /// <summary>Only add entries.</summary>
    Superset,

    /// <summary>Only a lower number.</summary>
    NotHigher,

    /// <summary>Only set a limit or lower it; 0 is none.</summary>
    LowerLimit,

    /// <summary>Only make a mount read-only that is there already.</summary>
    OnlyReadOnly,
}

/// <summary>All there is to know about a key; the reader, the merge, the environment and the documentation follow from it.</summary>
public sealed record KeyDefinition
{
    /// <summary>The key with its tables; <c>*</c> stands for a name of the user's choice.</summary>
    public required string Name { get; init; }

    /// <summary>Type of its value.</summary>
    public required KeyType Type { get; init; }

    /// <summary>What it does, in one or two sentences.</summary>
    public required string Doc { get; init; }

    /// <summary>Built-in value; null when it has none.</summary>
    public ConfigurationValue? Default { get; init; }

    /// <summary>What stands for the built-in value in the documentation when there is none.</summary>
    public string DefaultDoc { get; init; } = "";

    /// <summary>A value to learn from, as it stands in TOML; null where the built-in one does.</summary>
    public string? Example { get; init; }

    /// <summary>The only values it takes; empty for any.</summary>
    public ImmutableArray<string> Allowed { get; init; } = [];

    /// <summary>Least number.</summary>
    public long Least { get; init; } = long.MinValue;

    /// <summary>Greatest number.</summary>
    public long Most { get; init; } = long.MaxValue;

    /// <summary>A further check of a text or of each entry of a list; says what is wrong, null when nothing is.</summary>
    public Func<string, string?>? Check { get; init; }

    /// <summary>Environment variable that sets it; null when there is none.</summary>
    public string? Variable { get; init; }

    /// <summary>Whether a file may set it; false for what only the environment sets.</summary>
    public bool InFiles { get; init; } = true;

    /// <summary>Whether it does anything; false for keys that are accepted because files of earlier versions have them.</summary>
    public bool HasEffect { get; init; } = true;

    /// <summary>Key that this one is an earlier name of; null for all others.</summary>
    public string? SameAs { get; init; }

    /// <summary>Keys of each table, where the value is a list of tables.</summary>
    public ImmutableArray<KeyDefinition> Fields { get; init; } = [];

    /// <summary>Whether a table in which it stands must have it.</summary>
    public bool Required { get; init; }

    /// <summary>What a workspace's file may do with it.</summary>
    public ProjectRule Project { get; init; } = ProjectRule.Never;

    /// <summary>Parts of <see cref="Name"/>.</summary>
    public ImmutableArray<string> Parts => [.. Name.Split('.')];

    /// <summary>Whether a key that was written is this one.</summary>
    public bool Matches(IReadOnlyList<string> path)
    {
        var parts = Parts;
        return path.Count == parts.Length && parts.Zip(path).All(pair => pair.First == "*" || pair.First == pair.Second);
    }
}
