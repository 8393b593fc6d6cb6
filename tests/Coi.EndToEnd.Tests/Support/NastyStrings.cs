namespace Coi.EndToEnd.Tests.Support;

/// <summary>Texts that break quoting somewhere. Those that would execute something leave <see cref="Witness"/>.</summary>
internal static class NastyStrings
{
    /// <summary>What is there when something was executed.</summary>
    public const string Witness = "/tmp/executed";

    /// <summary>The short ones.</summary>
    public static readonly IReadOnlyList<string> Short =
    [
        "", " ", "  leading and trailing  ", "\t", "\n", "\r\n", "line\nbreak\n", "'", "\"", "'\"'\"'", "it's", "\\", "\\\\", "\\n", "trailing\\",
        "$HOME", "${HOME}", "$(touch /tmp/executed)", "`touch /tmp/executed`", "$((1+1))", "!!", "!$", "*", "?[a-z]*", "~", "~root", "{a,b}", "a,b,c", "a=b=c",
        ";", "; touch /tmp/executed", "&& touch /tmp/executed", "| cat", "> /tmp/executed", "# comment", "-", "--", "--env", "-e X=1", "--help", "%s%n%d", "\u0001\u001b[31m\u007f",
        "ünïcödé 世界 🎉 \u202e\u200b", "#{pane_id} #(touch /tmp/executed)", "C-c", "Enter", "@file", "=", ":", "\uFEFFbom",
    ];

    /// <summary>A long one: just below what Linux takes as one argument.</summary>
    public static readonly string Long = string.Concat(Enumerable.Repeat("0123456789 '\"$`\\\n", 6000));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All => [.. Short, Long];
}
