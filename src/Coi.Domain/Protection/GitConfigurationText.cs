using System.Text.RegularExpressions;

namespace Coi.Domain.Protection;

/// <summary>A place that a repository's configuration names.</summary>
/// <param name="IsInclude">Whether it is a further configuration file (<c>include.path</c>); else a directory of hooks (<c>core.hooksPath</c>).</param>
/// <param name="Path">As it is written, quotes and escapes resolved.</param>
public sealed record GitPlace(bool IsInclude, string Path);

/// <summary>Finds in the text of a git configuration the places whose files git obeys too (git-config(1): include.path, includeIf.*.path, core.hooksPath).</summary>
public static partial class GitConfigurationText
{
    /// <summary>The places, in the order of the text; what is not understood names nothing, as git would refuse it.</summary>
    public static IReadOnlyList<GitPlace> Places(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var places = new List<GitPlace>();
        var section = "";
        foreach (var line in Joined().Replace(text, "").Split('\n'))
        {
            var rest = line.Trim();
            if (Header().Match(rest) is { Success: true } header)
            {
                section = header.Groups[1].Value.ToLowerInvariant();
                rest = rest[header.Length..].Trim();
            }

            if (Setting().Match(rest) is not { Success: true } setting) continue;
            var (key, value) = (setting.Groups[1].Value.ToLowerInvariant(), Value(setting.Groups[2].Value));
            if (section is "include" or "includeif" && key == "path") places.Add(new GitPlace(true, value));
            else if (section == "core" && key == "hookspath") places.Add(new GitPlace(false, value));
        }

        return places;
    }

    // Quotes may stand anywhere in a value; outside of them a comment begins with # or ;.
    private static string Value(string written)
    {
        var value = new System.Text.StringBuilder();
        var (quoted, meant) = (false, 0);
        for (var at = 0; at < written.Length; at++)
        {
            var c = written[at];
            if (c == '"') quoted = !quoted;
            else if (!quoted && c is '#' or ';') break;
            else value.Append(c == '\\' && at + 1 < written.Length ? Escaped(written[++at]) : c);
            // Blanks at the end count only in quotes.
            if (quoted || !char.IsWhiteSpace(c)) meant = value.Length;
        }

        return value.ToString(0, meant);
    }

    private static char Escaped(char c) => c switch { 'n' => '\n', 't' => '\t', 'b' => '\b', _ => c };

    // A backslash at the end of a line goes on in the next.
    [GeneratedRegex(@"\\\r?\n")]
    private static partial Regex Joined();

    [GeneratedRegex(@"^\[\s*([A-Za-z0-9.-]+)(?:\s+""(?:[^""\\]|\\.)*"")?\s*\]")]
    private static partial Regex Header();

    [GeneratedRegex(@"^([A-Za-z][A-Za-z0-9-]*)\s*=\s*(.*)$")]
    private static partial Regex Setting();
}
