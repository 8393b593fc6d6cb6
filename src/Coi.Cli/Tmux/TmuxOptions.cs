using System.CommandLine;

namespace Coi.Cli.Tmux;

/// <summary>What the tmux commands have in common.</summary>
internal static class TmuxOptions
{
    /// <summary>For help: where a session is looked for.</summary>
    public const string Where = "The session is coi's own; in a container without one, or with --session, it is one that root or another user has made there.";

    /// <summary>The flag for a session that is not coi's own.</summary>
    public static Option<string> Session() => new("--session") { HelpName = "NAME", Description = "Name of the tmux session (default: coi's own, else the only one)" };
}
