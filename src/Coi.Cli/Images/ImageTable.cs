using System.Globalization;
using Coi.Incus;

namespace Coi.Cli.Images;

/// <summary>Lists of images for a person.</summary>
internal static class ImageTable
{
    private const string Default = "coi";
    private const int AliasWidth = 40;
    private const int SizeWidth = 20;

    /// <summary>coi's own: first the one that sessions start from, made or not.</summary>
    public static void WriteOwn(IReadOnlyList<Image> images, TextWriter output)
    {
        output.WriteLine("Available Images:");
        output.WriteLine();
        output.WriteLine("COI Images:");
        if (!images.Any(IsDefault)) output.WriteLine($"  ✗ {Default}  (not built: 'coi build' makes it)");
        var own = images.Where(image => image.Aliases.Count > 0 && (IsDefault(image) || LocalImages.IsCois(image)))
            .OrderBy(image => !IsDefault(image)).ThenBy(image => LocalImages.Names(image)[0], StringComparer.Ordinal).ToList();
        foreach (var image in own)
            output.WriteLine($"  ✓ {string.Join(", ", LocalImages.Names(image))}  {ByteSize.Text(image.Size)}  {Time(image.CreatedAt)}  {LocalImages.Description(image)}".TrimEnd());
    }

    /// <summary>Every image, those without an alias by their fingerprint.</summary>
    public static void WriteAll(IReadOnlyList<Image> images, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("All Local Images:");
        var rows = images.SelectMany(image => image.Aliases.Count == 0
            ? [($"({LocalImages.Short(image)})", image)]
            : image.Aliases.Select(alias => (alias.Name, image)));
        Write([.. rows], "UPLOAD DATE", image => image.UploadedAt, "  ", output);
    }

    /// <summary>What a person may want to know next.</summary>
    public static void WriteHints(bool all, TextWriter output)
    {
        output.WriteLine();
        if (!all) output.WriteLine("'coi image list --all' lists what others made too.");
        output.WriteLine("'coi shell --image ALIAS' starts from any of them; 'coi build custom NAME --script FILE' makes one of your own.");
    }

    /// <summary>One row for each alias.</summary>
    public static void WritePrefixed(IReadOnlyList<(string Alias, Image Image)> rows, TextWriter output)
    {
        if (rows.Count == 0) output.WriteLine("No images found");
        else Write(rows, "CREATED", image => image.CreatedAt, "", output);
    }

    /// <summary>A time as it is here.</summary>
    public static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    private static void Write(IReadOnlyList<(string Alias, Image Image)> rows, string timeTitle, Func<Image, DateTimeOffset> time, string indent, TextWriter output)
    {
        var width = Math.Max(AliasWidth, rows.Select(row => row.Alias.Length + 1).DefaultIfEmpty().Max());
        output.WriteLine(indent + "ALIAS".PadRight(width) + "SIZE".PadRight(SizeWidth) + timeTitle);
        foreach (var (alias, image) in rows.OrderBy(row => row.Alias, StringComparer.Ordinal))
            output.WriteLine(indent + alias.PadRight(width) + ByteSize.Text(image.Size).PadRight(SizeWidth) + Time(time(image)));
    }

    private static bool IsDefault(Image image) => image.Aliases.Any(alias => alias.Name == Default);
}
