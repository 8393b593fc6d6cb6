namespace Coi.Domain.Configuration;

/// <summary>A layer of the configuration; a later one wins over an earlier one, key by key.</summary>
public enum Layer
{
    /// <summary>What coi comes with.</summary>
    BuiltIn,

    /// <summary>The machine's file, <c>/etc/coi/config.toml</c>.</summary>
    System,

    /// <summary>The user's file, <c>~/.config/coi/config.toml</c>.</summary>
    User,

    /// <summary>The workspace's <c>.coi.toml</c>, which may only tighten.</summary>
    Project,

    /// <summary>The file that <c>$COI_CONFIG</c> names.</summary>
    Named,

    /// <summary>Environment variables of the caller.</summary>
    Environment,

    /// <summary>The profile that was asked for.</summary>
    Profile,

    /// <summary>Flags of the command line.</summary>
    Flags,
}

/// <summary>Where a value comes from.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Source">Path of the file, name of the variable or the flag; empty for built-in values.</param>
/// <param name="Line">Line in the file, from 1; 0 where there is none.</param>
/// <param name="Column">Column in the line, from 1; 0 where there is none.</param>
public sealed record Origin(Layer Layer, string Source, int Line = 0, int Column = 0)
{
    /// <summary>Comes with coi.</summary>
    public static Origin BuiltIn { get; } = new(Layer.BuiltIn, "");

    /// <summary><c>FILE:LINE</c>, <c>$VARIABLE</c>, <c>--flag</c> or <c>default</c>.</summary>
    public override string ToString() => Layer switch
    {
        Layer.BuiltIn => "default",
        Layer.Environment => $"${Source}",
        Layer.Flags => Source,
        _ => Line > 0 ? $"{Source}:{Line}" : Source,
    };
}

/// <summary>A value and where it comes from.</summary>
/// <param name="Value">The value.</param>
/// <param name="Origin">Where it comes from.</param>
public sealed record Setting(ConfigurationValue Value, Origin Origin);

/// <summary>What stands in a source before anybody asked whether it makes sense.</summary>
/// <param name="Path">The key, part by part.</param>
/// <param name="Value">The value.</param>
/// <param name="Origin">Where it stands.</param>
public sealed record RawSetting(IReadOnlyList<string> Path, ConfigurationValue Value, Origin Origin);
