using Coi.Cli.CommandLine;

namespace Coi.Cli.Tmux;

/// <summary>Names of keys, as tmux knows them (tmux(1), KEY BINDINGS).</summary>
internal static class TmuxKeys
{
    private static readonly string[] Names =
    [
        "Enter", "Escape", "Tab", "BTab", "Space", "BSpace", "Up", "Down", "Left", "Right", "Home", "End", "PageUp", "PageDown", "PgUp", "PgDn",
        "PPage", "NPage", "Insert", "IC", "Delete", "DC", .. Enumerable.Range(1, 12).Select(number => $"F{number}"),
    ];

    /// <summary>The names that can be completed.</summary>
    public static IEnumerable<string> Common => ["Enter", "Escape", "Tab", "BTab", "Space", "BSpace", "Up", "Down", "Left", "Right", "Home", "End", "PageUp", "PageDown", "C-c", "C-d"];

    /// <summary>A key as tmux writes it.</summary>
    /// <exception cref="UsageException">There is no such key.</exception>
    public static string Parse(string key)
    {
        var rest = key;
        while (rest.Length > 2 && rest[1] == '-' && rest[0] is 'C' or 'M' or 'S' or 'c' or 'm' or 's') rest = rest[2..];
        var modifiers = key[..^rest.Length].ToUpperInvariant();
        if (Names.FirstOrDefault(name => name.Equals(rest, StringComparison.OrdinalIgnoreCase)) is { } named) return modifiers + named;
        // With a modifier a character is a key; without one it is a text, which tmux types just the same.
        if (rest.Length == 1 && rest[0] is > ' ' and < '\x7f') return modifiers + rest;
        throw new UsageException(
            $"there is no key '{key}'",
            (Nearest.To(Capitalised(rest), Names) is { } meant ? $"did you mean {modifiers}{meant}? " : "") + "--key takes Enter, Escape, Tab, Up, PageDown, F5, C-c, M-x and the like");
    }

    private static string Capitalised(string word) => word.Length == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..];
}
