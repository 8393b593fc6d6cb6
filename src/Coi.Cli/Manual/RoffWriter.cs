using System.Text;

namespace Coi.Cli.Manual;

/// <summary>Writes the few requests of man(7) that a manual page needs.</summary>
internal sealed class RoffWriter
{
    private readonly StringBuilder _text = new();

    /// <summary>The page's title.</summary>
    public void Title(string name, string source) => Request($".TH \"{Escape(name.ToUpperInvariant())}\" 1 \"\" \"{Escape(source)}\" \"Manual of coi\"");

    /// <summary>A heading.</summary>
    public void Section(string title) => Request($".SH {title}");

    /// <summary>A line as it is.</summary>
    public void Line(string line) => _text.Append(Guarded(Escape(line))).Append('\n');

    /// <summary>A line that begins in bold type.</summary>
    public void Bold(string bold, string rest)
    {
        Request($"\\fB{Escape(bold)}\\fR{Escape(rest)}");
        Request(".br");
    }

    /// <summary>A paragraph; its line ends are only its author's.</summary>
    public void Text(string text)
    {
        Request(".PP");
        foreach (var line in text.Split('\n')) Line(line);
    }

    /// <summary>A section of terms, each with its meaning; none when there are none.</summary>
    public void Terms(string title, IEnumerable<(string Term, string Meaning)> terms)
    {
        var all = terms.ToList();
        if (all.Count == 0) return;
        Section(title);
        foreach (var (term, meaning) in all)
        {
            Request(".TP");
            Request($"\\fB{Escape(term)}\\fR");
            Line(meaning + ".");
        }
    }

    /// <summary>A command line and what it does.</summary>
    public void Example(string commandLine, string explanation)
    {
        Text(char.ToUpperInvariant(explanation[0]) + explanation[1..] + ":");
        Request(".RS 4");
        Request(".nf");
        Request($"\\fB{Escape(commandLine)}\\fR");
        Request(".fi");
        Request(".RE");
    }

    /// <inheritdoc />
    public override string ToString() => _text.ToString();

    private void Request(string request) => _text.Append(request).Append('\n');

    // A line that begins with a dot or an apostrophe is a request.
    private static string Guarded(string line) => line.StartsWith('.') || line.StartsWith('\'') ? "\\&" + line : line;

    // A bare "-" may become a hyphen that nobody can copy into a shell; quotes and accents are turned likewise (groff_char(7)).
    private static string Escape(string text) => text
        .Replace("\\", "\\e", StringComparison.Ordinal)
        .Replace("-", "\\-", StringComparison.Ordinal)
        .Replace("'", "\\(aq", StringComparison.Ordinal)
        .Replace("`", "\\(ga", StringComparison.Ordinal)
        .Replace("~", "\\(ti", StringComparison.Ordinal)
        .Replace("^", "\\(ha", StringComparison.Ordinal)
        .Replace("\"", "\\(dq", StringComparison.Ordinal);
}
