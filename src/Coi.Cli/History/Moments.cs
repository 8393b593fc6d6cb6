using System.Globalization;
using Coi.Cli.CommandLine;

namespace Coi.Cli.History;

/// <summary>Moments as people write them: <c>2026-02-01 10:00</c>, <c>2026-02-01T10:00:00Z</c>, <c>2 hours ago</c>, <c>now</c>.</summary>
internal static class Moments
{
    private const string Hint = "write it like '2026-02-01 10:00' (your time zone), 2026-02-01T10:00:00Z, or '2 hours ago' (minutes, hours, days)";

    /// <summary>The moment that a flag names.</summary>
    /// <exception cref="UsageException">It names none.</exception>
    public static DateTimeOffset Parse(string text, string flag, DateTimeOffset now)
    {
        if (text == "now") return now;
        if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var number, var unit, "ago"]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && UnitOf(unit) is { } one)
        {
            // Further back than there were computers, and than the calendar goes.
            return count > 100_000_000 || one * count > now - DateTimeOffset.UnixEpoch ? DateTimeOffset.UnixEpoch : now - (one * count);
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var moment)
            ? moment
            : throw new UsageException($"'{text}' is not a moment ({flag})", Hint);
    }

    /// <summary>The same as part of a query.</summary>
    public static string InQuery(string name, DateTimeOffset moment) =>
        $"{name}={Uri.EscapeDataString(moment.ToUniversalTime().ToString("o", CultureInfo.InvariantCulture))}";

    private static TimeSpan? UnitOf(string word) => word switch
    {
        "second" or "seconds" or "s" => TimeSpan.FromSeconds(1),
        "minute" or "minutes" or "min" or "m" => TimeSpan.FromMinutes(1),
        "hour" or "hours" or "h" => TimeSpan.FromHours(1),
        "day" or "days" or "d" => TimeSpan.FromDays(1),
        "week" or "weeks" or "w" => TimeSpan.FromDays(7),
        _ => null,
    };
}
