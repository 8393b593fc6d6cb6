using Coi.Contracts;

namespace Coi.Cli.Sessions;

/// <summary>What the daemon may know of the caller's surroundings.</summary>
internal static class ClientContexts
{
    private static readonly string[] Prefixes = ["COI_", "CLAUDE_ON_INCUS_", "LC_"];
    private static readonly string[] Names = ["TERM", "COLORTERM", "LANG", "TZ", "XDG_CONFIG_HOME"];

    /// <summary>The variables that change coi's behaviour, and the size of the terminal; never anything else of the environment.</summary>
    public static ClientContext Of(Surroundings surroundings)
    {
        var size = surroundings.OutIsTerminal ? TerminalSize.Of(1) : default;
        return new ClientContext
        {
            Environment = surroundings.Environment
                .Where(pair => Names.Contains(pair.Key) || Prefixes.Any(prefix => pair.Key.StartsWith(prefix, StringComparison.Ordinal)))
                .ToDictionary(pair => pair.Key, pair => pair.Key == "COI_CONFIG" ? Absolute(pair.Value, surroundings) : pair.Value, StringComparer.Ordinal),
            Columns = size.Columns,
            Rows = size.Rows,
        };
    }

    // The daemon has another working directory. The home is the daemon's to find.
    private static string Absolute(string path, Surroundings surroundings) =>
        path.Length == 0 || path.StartsWith("~/", StringComparison.Ordinal) ? path : Path.GetFullPath(path, surroundings.WorkingDirectory);
}
