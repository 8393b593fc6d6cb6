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
}
