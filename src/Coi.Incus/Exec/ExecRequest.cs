using System.Text;

namespace Coi.Incus;

/// <summary>A command to run inside an instance.</summary>
public sealed record ExecRequest
{
    /// <summary>The program and its arguments; no shell is involved.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Environment variables beyond those that Incus sets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = Maps.NoConfig;

    /// <summary>The uid inside that it runs as.</summary>
    public int User { get; init; }

    /// <summary>The gid inside that it runs as.</summary>
    public int Group { get; init; }

    /// <summary>Its working directory; null means the home directory of root.</summary>
    public string? Cwd { get; init; }

    /// <summary>How long it may run before it is killed and <see cref="IncusTimeoutException"/> is thrown; null means for ever.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How often a command that did not end within <see cref="Timeout"/> is run again when its output is captured; 0 is never.</summary>
    public int Repeats { get; init; }

    /// <summary>The program's name, for messages.</summary>
    internal string Program => Command.Count > 0
        ? Command[0]
        : throw new ArgumentException("A command needs at least the name of a program");
}

/// <summary>Where the streams of a command go to and come from.</summary>
/// <param name="Stdin">Read until its end, null for an empty input.</param>
/// <param name="Stdout">Written as it comes, null to throw it away.</param>
/// <param name="Stderr">Written as it comes, null to throw it away.</param>
public sealed record ExecStreams(Stream? Stdin = null, Stream? Stdout = null, Stream? Stderr = null);

/// <summary>How a command ended and what it wrote.</summary>
/// <param name="ExitCode">Its exit code; 128 + n when signal n ended it.</param>
/// <param name="Stdout">What it wrote to its standard output.</param>
/// <param name="Stderr">What it wrote to its standard error.</param>
public sealed record ExecResult(int ExitCode, byte[] Stdout, byte[] Stderr)
{
    /// <summary>Standard output as UTF-8 text.</summary>
    public string StdoutText => Encoding.UTF8.GetString(Stdout);

    /// <summary>Standard error as UTF-8 text.</summary>
    public string StderrText => Encoding.UTF8.GetString(Stderr);

    /// <summary>It ended with exit code 0.</summary>
    public bool Succeeded => ExitCode == 0;
}
