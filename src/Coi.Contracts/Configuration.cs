using System.Text.Json;

namespace Coi.Contracts;

/// <summary>Asks for the configuration: <c>POST /v1/configuration</c>, answered by <see cref="ConfigurationReport"/>, and <c>POST /v1/configuration/check</c>, answered by <see cref="ConfigurationCheck"/>.</summary>
public sealed record ConfigurationQuery
{
    /// <summary>Absolute path of the workspace whose <c>.coi.toml</c> counts; null leaves it out.</summary>
    public string? Workspace { get; init; }

    /// <summary>Profile of the configuration to apply.</summary>
    public string? Profile { get; init; }

    /// <summary>What the flag for the image says.</summary>
    public string? Image { get; init; }

    /// <summary>What the flag for keeping the container says.</summary>
    public bool? Persistent { get; init; }

    /// <summary>What the flag for the network mode says.</summary>
    public string? Network { get; init; }

    /// <summary>What the flags for mounts say.</summary>
    public IReadOnlyList<RequestedMount> Mounts { get; init; } = [];

    /// <summary>Who asks, and from what environment.</summary>
    public required ClientContext Client { get; init; }
}

/// <summary>The configuration in force.</summary>
/// <param name="Settings">Every setting that has a value, by key.</param>
/// <param name="Project">The workspace's own file; null when it has none.</param>
public sealed record ConfigurationReport(IReadOnlyList<ConfigurationSetting> Settings, ProjectFileReport? Project);

/// <summary>A setting and where it comes from.</summary>
public sealed record ConfigurationSetting
{
    /// <summary>The key, such as <c>network.mode</c>; of a mount, <c>mounts[/its/place]</c>.</summary>
    public required string Key { get; init; }

    /// <summary>The value.</summary>
    public required JsonElement Value { get; init; }

    /// <summary>The value as it stands in TOML.</summary>
    public required string Toml { get; init; }

    /// <summary>The layer: <c>default</c>, <c>system</c>, <c>user</c>, <c>project</c>, <c>named</c>, <c>environment</c>, <c>profile</c> or <c>flag</c>.</summary>
    public required string Layer { get; init; }

    /// <summary>Where it comes from, for a person: <c>FILE:LINE</c>, <c>$VARIABLE</c>, <c>--flag</c> or <c>default</c>.</summary>
    public required string Origin { get; init; }

    /// <summary>The file; null when it comes from none.</summary>
    public string? File { get; init; }

    /// <summary>Line in the file, from 1.</summary>
    public int? Line { get; init; }

    /// <summary>Column in the line, from 1.</summary>
    public int? Column { get; init; }
}

/// <summary>A workspace's own file, and what in it needs the user's trust.</summary>
public sealed record ProjectFileReport
{
    /// <summary>Where it lies.</summary>
    public required string File { get; init; }

    /// <summary>Hash of its content.</summary>
    public required string Sha256 { get; init; }

    /// <summary><c>trusted</c>, <c>untrusted</c>, or <c>changed</c> since it was trusted.</summary>
    public required string Trust { get; init; }

    /// <summary>What in it loosens the isolation or reaches the host; in force only when it is trusted.</summary>
    public required IReadOnlyList<LoosenedSetting> Loosens { get; init; }
}

/// <summary>A setting that needs trust.</summary>
public sealed record LoosenedSetting
{
    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>What the file says, as it stands in TOML.</summary>
    public required string Toml { get; init; }

    /// <summary>What is in force without it; null when nothing is.</summary>
    public string? InForce { get; init; }

    /// <summary>Line in the file, from 1.</summary>
    public required int Line { get; init; }

    /// <summary>Column in the line, from 1.</summary>
    public required int Column { get; init; }
}

/// <summary>All that is wrong with the configuration, and which files there are.</summary>
/// <param name="Files">Every file that counts, from the lowest layer to the highest.</param>
/// <param name="Problems">What is wrong; empty when nothing is.</param>
/// <param name="Project">The workspace's own file; null when it has none.</param>
/// <param name="Warnings">What is accepted, and is not what it seems to be: settings without effect.</param>
public sealed record ConfigurationCheck(
    IReadOnlyList<ConfigurationFile> Files, IReadOnlyList<ConfigurationFault> Problems, ProjectFileReport? Project, IReadOnlyList<ConfigurationFault>? Warnings = null);

/// <summary>A file of the configuration.</summary>
/// <param name="Layer"><c>system</c>, <c>user</c>, <c>project</c> or <c>named</c>.</param>
/// <param name="Path">Where it lies, or would lie.</param>
/// <param name="Exists">Whether it is there.</param>
public sealed record ConfigurationFile(string Layer, string Path, bool Exists);

/// <summary>Something that is wrong with the configuration.</summary>
public sealed record ConfigurationFault
{
    /// <summary>Stable identifier such as <c>config.unknown_key</c>.</summary>
    public required string Code { get; init; }

    /// <summary>What is wrong, with its place.</summary>
    public required string Message { get; init; }

    /// <summary>What to do about it.</summary>
    public string? Hint { get; init; }

    /// <summary>The key; null when it is about a whole file.</summary>
    public string? Key { get; init; }

    /// <summary>The file; null when it is in none.</summary>
    public string? File { get; init; }

    /// <summary>Line in the file, from 1.</summary>
    public int? Line { get; init; }

    /// <summary>Column in the line, from 1.</summary>
    public int? Column { get; init; }
}

/// <summary>A file to begin with: <c>POST /v1/configuration/starter</c>, with <c>?project=true</c> for a workspace's.</summary>
/// <param name="Path">Where it belongs.</param>
/// <param name="Text">What it says.</param>
public sealed record StarterFile(string Path, string Text);
