using System.Globalization;

namespace Coi.Cli.Images;

/// <summary>Amounts of bytes for a person.</summary>
internal static class ByteSize
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>Three digits, more or less, with their unit.</summary>
    public static string Text(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        while (value >= 1023.5 && unit < Units.Length - 1) (value, unit) = (value / 1024, unit + 1);
        return value.ToString(unit == 0 || value >= 99.95 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + Units[unit];
    }
}
