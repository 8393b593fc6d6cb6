using Coi.Incus;

namespace Coi.Cli.Runs;

/// <summary>What <c>coi run</c> and <c>coi container exec</c> know of how Incus ends a command, or does not begin it.</summary>
internal static class CommandEnds
{
    /// <summary>How often a command is begun that Incus loses sight of.</summary>
    public const int Attempts = 4;

    /// <summary>The exit code of a shell that was not to begin its command: nobody told it to, or another run has begun it already.</summary>
    public const int NotBegun = 213;

    private const int NotExecutable = 126, NotFound = 127;

    /// <summary>Incus makes errors of the two exit codes that shells have for programs that cannot be started; null for every other.</summary>
    public static int? ExitCodeIn(IncusException error) => error.ErrorText switch
    {
        "Command not found" => NotFound,
        "Command not executable" => NotExecutable,
        _ => null,
    };
}
