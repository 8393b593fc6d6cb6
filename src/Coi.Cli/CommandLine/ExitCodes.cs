namespace Coi.Cli.CommandLine;

/// <summary>What the program's exit code says.</summary>
internal static class ExitCodes
{
    /// <summary>It happened.</summary>
    public const int Success = 0;

    /// <summary>It did not happen, or not all of it.</summary>
    public const int Failure = 1;

    /// <summary>The command line could not be understood.</summary>
    public const int Usage = 2;

    /// <summary>A signal of this number ended it: 128 is added, as a shell does.</summary>
    public const int Signalled = 128;

    /// <summary>Ctrl-C.</summary>
    public const int Interrupted = Signalled + 2;

    /// <summary>The usual ones, for manuals.</summary>
    public static IReadOnlyList<(string Code, string Meaning)> Usual =>
    [
        ("0", "It happened"),
        ("1", "It did not happen, or not all of it; standard error says why and what to do next"),
        ("2", "The command line cannot be understood; nothing was done"),
        ("130", "Ctrl-C; another signal N gives 128 + N"),
    ];

    /// <summary>Those of a command that runs another.</summary>
    public static IReadOnlyList<(string Code, string Meaning)> OfAnotherCommand =>
    [
        ("other", "The command's own exit code; 128 + N when signal N ended it"),
        ("126, 127", "The command cannot be executed, or is not there"),
    ];
}
