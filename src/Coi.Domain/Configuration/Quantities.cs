using System.Globalization;

namespace Coi.Domain.Configuration;

/// <summary>Sizes and durations as people write them.</summary>
public static class Quantities
{
    // The units of Incus: https://linuxcontainers.org/incus/docs/main/reference/instance_units/
    private static readonly Dictionary<string, long> Units = new(StringComparer.Ordinal)
    {
        [""] = 1,
        ["B"] = 1,
        ["kB"] = 1_000,
        ["MB"] = 1_000_000,
        ["GB"] = 1_000_000_000,
        ["TB"] = 1_000_000_000_000,
        ["KiB"] = 1L << 10,
        ["MiB"] = 1L << 20,
        ["GiB"] = 1L << 30,
        ["TiB"] = 1L << 40,
    };

    /// <summary>What <see cref="Size"/> takes, as a regular expression.</summary>
    public const string SizePattern = "^(0+|[0-9]+ *(B|[kMGT]B|[KMGT]iB))$";

    /// <summary>What <see cref="Duration"/> takes, as a regular expression.</summary>
    public const string DurationPattern = "^(0|(?=.)([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?)$";

    private static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    /// <summary>Bytes of <c>4GiB</c>; null when it is no size.</summary>
    public static long? Size(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        var unit = text[digits..].TrimStart(' ');
        if (!long.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !Units.TryGetValue(unit, out var factor))
            return null;
        // A bare number is more often a forgotten unit than a wish for that many bytes.
        if (unit.Length == 0 && (number != 0 || digits < text.Length))
            return null;
        return number <= long.MaxValue / factor ? number * factor : null;
    }

    /// <summary>Length of <c>1h30m</c>; null when it is no duration.</summary>
    public static TimeSpan? Duration(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text == "0")
            return TimeSpan.Zero;
        var sum = TimeSpan.Zero;
        var last = TimeSpan.MaxValue;
        for (var at = 0; at < text.Length;)
        {
            var digits = text[at..].TakeWhile(char.IsAsciiDigit).Count();
            // Each unit once, from the greatest to the least.
            if (digits is 0 or > 9 || at + digits >= text.Length || Unit(text[at + digits]) is not { } unit || unit >= last)
                return null;
            var number = int.Parse(text.AsSpan(at, digits), NumberStyles.None, CultureInfo.InvariantCulture);
            if (number > Longest / unit)
                return null;
            sum += unit * number;
            if (sum > Longest)
                return null;
            last = unit;
            at += digits + 1;
        }
        return text.Length > 0 ? sum : null;
    }

    private static TimeSpan? Unit(char letter) => letter switch
    {
        's' => TimeSpan.FromSeconds(1),
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        _ => null,
    };
}
