namespace Coi.Cli.Terminals;

/// <summary>Names of terminals that a container knows.</summary>
internal static class TerminalNames
{
    /// <summary>What nearly every terminal of today understands.</summary>
    public const string Common = "xterm-256color";

    // What Debian's and Ubuntu's ncurses-base have, without those that tmux cannot run on.
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "xterm", "xterm-256color", "xterm-color", "xterm-16color", "xterm-mono", "xterm-vt220", "xterm-xfree86", "linux", "screen", "screen-bce", "tmux",
        "rxvt", "rxvt-basic", "rxvt-unicode", "rxvt-unicode-256color", "vt100", "vt102", "vt220", "ansi", "pcansi", "cygwin", "sun", "wsvt25", "Eterm",
    };

    /// <summary>The name to use inside: terminals that the container has never heard of would leave its programs blind.</summary>
    public static string Sanitise(string? name) => name is not null && Known.Contains(name) ? name : Common;
}
