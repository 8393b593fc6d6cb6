using System.Text;

namespace Coi.Cli;

/// <summary>Everything around the program that a command may touch; tests bring their own.</summary>
internal sealed class Surroundings
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Name that the program was called by.</summary>
    public string ProgramName { get; init; } = "coi";

    /// <summary>The caller's environment.</summary>
    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>Directory in which the program was called, as the shell names it.</summary>
    public required string WorkingDirectory { get; init; }

    /// <summary>Takes data.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Takes talk: progress, notices, errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Gives answers to questions.</summary>
    public required TextReader In { get; init; }

    /// <summary>Whether <see cref="In"/> is a terminal.</summary>
    public bool InIsTerminal { get; init; }

    /// <summary>Whether <see cref="Out"/> is a terminal.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Whether <see cref="Error"/> is a terminal.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>A variable of the environment, or null.</summary>
    public string? Variable(string name) => Environment.GetValueOrDefault(name);

    /// <summary>The surroundings of this process.</summary>
    public static Surroundings OfThisProcess()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            if (entry is { Key: string name, Value: string value }) environment[name] = value;
        }

        // Console.Out would set the terminal up for line editing; the bare streams leave it alone and cost nothing to open.
        return new Surroundings
        {
            ProgramName = CalledAs(),
            Environment = environment,
            WorkingDirectory = CurrentDirectory.Find(environment),
            Out = new StreamWriter(Console.OpenStandardOutput(), Utf8),
            Error = new StreamWriter(Console.OpenStandardError(), Utf8) { AutoFlush = true },
            In = new StreamReader(Console.OpenStandardInput(), Utf8),
            InIsTerminal = Libc.IsTerminal(0),
            OutIsTerminal = Libc.IsTerminal(1),
            ErrorIsTerminal = Libc.IsTerminal(2),
        };
    }

    // The long name is the one that older installations used, as a symbolic link.
    private static string CalledAs() =>
        System.Environment.GetCommandLineArgs() is [{ } self, ..] && Path.GetFileName(self) == "claude-on-incus" ? "claude-on-incus" : "coi";
}
