using System.Globalization;
using System.Text.RegularExpressions;
using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Incus;

namespace Coi.Daemon.Images;

/// <summary>
/// The versions of an image: what coi made, each with an alias that ends in its time. Images that others made, and those of other names, are none,
/// whatever their names begin with.
/// </summary>
internal static partial class ImageVersions
{
    /// <summary>What marks an image as coi's.</summary>
    public const string Kind = "image";

    /// <summary>The alias of a version that is made now.</summary>
    public static string NewName(string alias, DateTimeOffset now) => $"{alias}-{now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}";

    /// <summary>The versions of an alias that are among some images, newest first.</summary>
    /// <param name="images">All images.</param>
    /// <param name="alias">The alias.</param>
    /// <param name="home">coi's home; what another home made is not ours to count.</param>
    public static IReadOnlyList<Found> Of(IEnumerable<Image> images, string alias, string home) =>
    [
        .. from image in images
           where image.Properties.GetValueOrDefault(OwnerKeys.Kind) == Kind && image.Properties.GetValueOrDefault(OwnerKeys.Home) == home
           let names = image.Aliases.Select(name => name.Name).ToList()
           let version = names.Where(name => IsOf(name, alias)).Order(StringComparer.Ordinal).LastOrDefault()
           where version is not null
           // The time is the end of the name, and the beginning is the same for all.
           orderby version descending
           select new Found(image, version, [.. names.Where(name => !IsOf(name, alias)).Order(StringComparer.Ordinal)]),
    ];

    /// <summary>Whether a name is that of a version of an alias.</summary>
    public static bool IsOf(string name, string alias) => VersionName().Match(name) is { Success: true } match && match.Groups["alias"].Value == alias;

    [GeneratedRegex("^(?<alias>.+)-[0-9]{8}-[0-9]{6}$")]
    private static partial Regex VersionName();

    /// <summary>A version.</summary>
    /// <param name="Image">The image.</param>
    /// <param name="Alias">Its alias with the time.</param>
    /// <param name="OtherNames">Names of it that are those of no version: while there is one, it is in use.</param>
    internal sealed record Found(Image Image, string Alias, IReadOnlyList<string> OtherNames)
    {
        /// <summary>In the words of the wire.</summary>
        public ImageVersion ToContract(string? why = null) => new(Alias, Image.Fingerprint, Image.Size, why);
    }
}
