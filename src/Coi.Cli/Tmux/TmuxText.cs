using System.Text;

namespace Coi.Cli.Tmux;

/// <summary>Text on its way through tmux' command line, so that it arrives as it is.</summary>
internal static class TmuxText
{
    // A message between tmux' client and server has at most 16 KiB (imsg), command included.
    private const int LongestPart = 8 * 1024;

    /// <summary>The text in parts that tmux takes, none of them cut inside a character.</summary>
    public static IEnumerable<string> Parts(string text)
    {
        var part = new StringBuilder();
        var bytes = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (bytes + rune.Utf8SequenceLength > LongestPart)
            {
                yield return Escape(part.ToString());
                part.Clear();
                bytes = 0;
            }

            part.Append(rune);
            bytes += rune.Utf8SequenceLength;
        }

        if (part.Length > 0) yield return Escape(part.ToString());
    }

    // A word that ends in ";" ends a tmux command, unless the semicolon is escaped (tmux(1), COMMAND PARSING AND EXECUTION).
    private static string Escape(string part) => part.EndsWith(';') ? part[..^1] + "\\;" : part;
}
