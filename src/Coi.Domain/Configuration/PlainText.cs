using System.Globalization;
using System.Text;

namespace Coi.Domain.Configuration;

/// <summary>Text from files, made harmless for a terminal: what a repository's file says must not be able to hide itself.</summary>
public static class PlainText
{
    /// <summary>The text with everything that a terminal obeys, or does not show, as <c>\uXXXX</c>.</summary>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.All(IsPlain))
            return text;
        var plain = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            if (IsPlain(c))
                plain.Append(c);
            else
                plain.Append(c switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ => $"\\u{(int)c:X4}" });
        }
        return plain.ToString();
    }

    /// <summary>The same, cut off where it becomes too long to be read.</summary>
    public static string Brief(string text, int most = 500)
    {
        var plain = Of(text);
        return plain.Length <= most ? plain : $"{plain[..most]}… ({plain.Length} characters)";
    }

    // Formats are zero-width and direction marks: they make a text look like another.
    private static bool IsPlain(char c) => c is >= ' ' and <= '~' || (c > '~' && char.GetUnicodeCategory(c)
        is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse));
}
