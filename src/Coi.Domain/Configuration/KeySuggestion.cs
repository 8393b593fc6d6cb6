namespace Coi.Domain.Configuration;

/// <summary>Finds the key that somebody who mistyped one meant.</summary>
public static class KeySuggestion
{
    /// <summary>The nearest known key; null when none is near.</summary>
    public static string? For(IReadOnlyList<string> path)
    {
        var written = string.Join('.', path);
        var keys = ConfigurationKeys.All.Where(key => key.InFiles).ToList();
        // The right key in the wrong table, or without one, is nearer than any spelling; a profile's is meant only within profiles.
        if (Only(keys.Where(key => key.Parts[^1] == path[^1]), path) is { } moved)
            return moved;
        var nearest = keys.Select(key => Fill(key, path)).Select(name => (Name: name, Distance: Distance(written, name))).MinBy(candidate => candidate.Distance);
        if (nearest.Distance <= Math.Max(2, written.Length / 4))
            return nearest.Name;
        return path.Count == 1 ? Only(keys.Where(key => Distance(written, key.Parts[^1]) <= Math.Max(1, written.Length / 4)), path) : null;
    }

    private static string? Only(IEnumerable<KeyDefinition> found, IReadOnlyList<string> path)
    {
        var all = found.ToList();
        var nearby = all.Where(key => key.Parts.Contains("*") == (path[0] == "profiles")).ToList();
        return (nearby.Count == 1 ? nearby : all) is [var only] ? Fill(only, path) : null;
    }

    // What the user chose to call a profile is not a mistake.
    private static string Fill(KeyDefinition key, IReadOnlyList<string> path) =>
        string.Join('.', key.Parts.Select((part, at) => part == "*" ? at < path.Count ? path[at] : "NAME" : part));

    /// <summary>Number of characters to add, remove, replace or swap (optimal string alignment).</summary>
    internal static int Distance(string from, string to)
    {
        var distances = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
            distances[i, 0] = i;
        for (var j = 0; j <= to.Length; j++)
            distances[0, j] = j;
        for (var i = 1; i <= from.Length; i++)
        {
            for (var j = 1; j <= to.Length; j++)
            {
                var cost = from[i - 1] == to[j - 1] ? 0 : 1;
                var least = Math.Min(Math.Min(distances[i - 1, j] + 1, distances[i, j - 1] + 1), distances[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                    least = Math.Min(least, distances[i - 2, j - 2] + 1);
                distances[i, j] = least;
            }
        }
        return distances[from.Length, to.Length];
    }
}
