using System.Text.Json.Serialization;

namespace Coi.Cli.Images;

/// <summary>An image, as <c>coi image list --format=json</c> prints it; other programs read these four.</summary>
internal record ImageLine
{
    /// <summary>Its fingerprint.</summary>
    [JsonPropertyOrder(-1)]
    public required string Fingerprint { get; init; }

    /// <summary>Its aliases, in the order of their names.</summary>
    [JsonPropertyOrder(-1)]
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>Its size in bytes.</summary>
    [JsonPropertyOrder(-1)]
    public required long Size { get; init; }

    /// <summary>When it was made, in UTC.</summary>
    [JsonPropertyOrder(-1)]
    public required DateTime CreatedAt { get; init; }
}

/// <summary>An image, as <c>coi image info --format=json</c> prints it.</summary>
internal sealed record ImageDetails : ImageLine
{
    /// <summary>A person's words about it.</summary>
    public required string Description { get; init; }

    /// <summary>Its distribution.</summary>
    public required string Os { get; init; }

    /// <summary>The distribution's release.</summary>
    public required string Release { get; init; }

    /// <summary>Its architecture.</summary>
    public required string Architecture { get; init; }

    /// <summary>When it came to this Incus, in UTC.</summary>
    public required DateTime UploadedAt { get; init; }

    /// <summary>When a container was last made from it, in UTC; absent when never.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public required DateTime? LastUsedAt { get; init; }

    /// <summary>Whether coi made it.</summary>
    public required bool MadeByCoi { get; init; }

    /// <summary>What it was made from; empty when that is not known.</summary>
    public required string Base { get; init; }

    /// <summary>All that it says about itself.</summary>
    public required IReadOnlyDictionary<string, string> Properties { get; init; }
}

/// <summary>What <c>coi image publish</c> prints.</summary>
/// <param name="Alias">The image's alias.</param>
/// <param name="Fingerprint">Its fingerprint.</param>
internal sealed record PublishedLine(string Alias, string Fingerprint);

/// <summary>What <c>coi build custom</c> prints.</summary>
/// <param name="Alias">The image's alias.</param>
/// <param name="Fingerprint">Its fingerprint; absent when nothing was built.</param>
/// <param name="Skipped">Whether nothing was built because the image exists.</param>
internal sealed record BuiltCustomImage(string Alias, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Fingerprint, bool Skipped);

/// <summary>Serialisation of what is printed about images.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ImageLine[]))]
[JsonSerializable(typeof(ImageDetails))]
[JsonSerializable(typeof(PublishedLine))]
[JsonSerializable(typeof(BuiltCustomImage))]
internal sealed partial class ImagesJson : JsonSerializerContext;
