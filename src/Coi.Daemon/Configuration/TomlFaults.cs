using Coi.Domain.Configuration;
using Tomlyn;

namespace Coi.Daemon.Configuration;

/// <summary>
/// Faults of a TOML file that the parser throws where it reports others: what is nested too deep, half a surrogate pair (both seen). The file may be
/// written by anybody, so none of them may end more than its reading.
/// </summary>
internal static class TomlFaults
{
    /// <summary>Whether the parser throws it about what it reads.</summary>
    public static bool IsOne(Exception exception) => exception is TomlException or ArgumentException or FormatException or OverflowException;

    /// <summary>What is wrong with the file.</summary>
    public static string Explain(Exception exception) => exception switch
    {
        TomlException when exception.Message.Contains("depth", StringComparison.Ordinal) => "lists or tables are nested too deep",
        ArgumentOutOfRangeException => "it has an escape of a character that does not exist",
        _ => PlainText.Brief(exception.Message, 200),
    };
}
