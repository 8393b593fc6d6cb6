using System.Globalization;

namespace Coi.Cli.Tmux;

/// <summary>Which part of a session's screen is wanted, and how.</summary>
/// <param name="Lines">How many of the last lines, those that have scrolled away included; null means the visible screen.</param>
/// <param name="Ansi">With the escape sequences of colours and styles.</param>
internal sealed record ScreenWish(int? Lines = null, bool Ansi = false)
{
    /// <summary>The tmux command that shows it.</summary>
    public IReadOnlyList<string> Command(TmuxTarget target) =>
    [
        "capture-pane", "-p", .. Ansi ? ["-e"] : Array.Empty<string>(),
        .. Lines is { } lines ? ["-S", (-(long)lines).ToString(CultureInfo.InvariantCulture)] : Array.Empty<string>(),
        "-t", target.Pane,
    ];

    /// <summary>What was asked for of what tmux has shown: without the empty lines below, and no more lines than were wanted.</summary>
    public string Cut(string shown)
    {
        var text = shown.TrimEnd();
        if (Lines is { } most)
        {
            var lines = text.Split('\n');
            if (lines.Length > most) text = string.Join('\n', lines[^most..]);
        }

        // What is printed after a coloured text has its own colours.
        return Ansi && text.Contains('\e', StringComparison.Ordinal) ? text + "\e[0m" : text;
    }
}
