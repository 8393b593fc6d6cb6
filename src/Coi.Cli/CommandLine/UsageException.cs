namespace Coi.Cli.CommandLine;

/// <summary>The command line asks for something that makes no sense.</summary>
internal sealed class UsageException(string message, string? hint = null) : Exception(message)
{
    /// <summary>What to write instead.</summary>
    public string? Hint { get; } = hint;
}
