namespace Coi.Cli.CommandLine;

/// <summary>Finds what was probably meant.</summary>
internal static class Nearest
{
    /// <summary>The candidate nearest to what was written; null when none is near.</summary>
    public static string? To(string written, IEnumerable<string> candidates) => candidates
        .Select(candidate => (candidate, distance: Distance(written, candidate)))
        .Where(pair => pair.distance <= Math.Max(1, Math.Min(2, written.TrimStart('-').Length / 2)) || IsBeginning(written, pair.candidate))
        .OrderBy(pair => pair.distance)
        .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
        .Select(pair => pair.candidate)
        .FirstOrDefault();

    private static bool IsBeginning(string written, string candidate) =>
        written.TrimStart('-').Length >= 3 && candidate.StartsWith(written, StringComparison.Ordinal);

    // Edit distance in which swapping two neighbours counts once, since that is how fingers err.
    internal static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var same = a[i - 1] == b[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + same);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }

        return rows[a.Length, b.Length];
    }
}
