using Coi.Contracts;
using Coi.Incus;

namespace Coi.Cli.Images;

/// <summary>Images in the words of what is printed.</summary>
internal static class LocalImages
{
    // The beginning that Incus itself shows; less could be somebody's alias.
    private const int ShortFingerprint = 12;

    /// <summary>Whether coi made it.</summary>
    public static bool IsCois(Image image) => image.Properties.GetValueOrDefault("user.coi.kind") == "image";

    /// <summary>A person's words about it.</summary>
    public static string Description(Image image) => image.Properties.GetValueOrDefault("description") ?? "";

    /// <summary>Its aliases, in the order of their names.</summary>
    public static IReadOnlyList<string> Names(Image image) => [.. image.Aliases.Select(alias => alias.Name).Order(StringComparer.Ordinal)];

    /// <summary>What it is called where it has no alias.</summary>
    public static string Short(Image image) => image.Fingerprint[..Math.Min(ShortFingerprint, image.Fingerprint.Length)];

    /// <summary>The image of a name: an alias, or the beginning of a fingerprint.</summary>
    public static async Task<Image?> FindAsync(IncusClient incus, string name)
    {
        if (name.Length == 0) return null;
        if (await incus.Images.FindByAliasAsync(name) is { } image) return image;
        return name.Length >= ShortFingerprint && name.All(char.IsAsciiHexDigitLower) ? await incus.Images.FindAsync(name) : null;
    }

    /// <summary>The failure for a name that no image has.</summary>
    public static ProblemException Missing(string name) => new(new Problem(
        "image.missing", $"image '{name}' not found", name == "coi" ? "'coi build' makes it" : "'coi image list --all' shows what Incus has"));

    /// <summary>One line of the list.</summary>
    public static ImageLine Line(Image image) => new()
    {
        Fingerprint = image.Fingerprint,
        Aliases = Names(image),
        Size = image.Size,
        CreatedAt = image.CreatedAt.UtcDateTime,
    };

    /// <summary>All of it.</summary>
    public static ImageDetails Details(Image image) => new()
    {
        Fingerprint = image.Fingerprint,
        Aliases = Names(image),
        Size = image.Size,
        CreatedAt = image.CreatedAt.UtcDateTime,
        Description = Description(image),
        Os = image.Properties.GetValueOrDefault("os") ?? "",
        Release = image.Properties.GetValueOrDefault("release") ?? "",
        Architecture = image.Architecture,
        UploadedAt = image.UploadedAt.UtcDateTime,
        LastUsedAt = image.LastUsedAt.Year > 1 ? image.LastUsedAt.UtcDateTime : null,
        MadeByCoi = IsCois(image),
        Base = image.Properties.GetValueOrDefault("user.coi.base") ?? "",
        Properties = image.Properties,
    };
}
