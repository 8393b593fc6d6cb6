using Coi.Cli.CommandLine;

namespace Coi.Cli.Tests;

/// <summary>What a run of the program said.</summary>
internal sealed record Said(int ExitCode, string Out, string Error)
{
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Runs the program in this process, in a home of its own.</summary>
internal sealed class Caller : IDisposable
{
    public Caller() => Directory.CreateDirectory(Home);

    // Short, because a Unix socket's path must be.
    public string Home { get; } = Path.Combine(Path.GetTempPath(), "coi-cli-" + Guid.NewGuid().ToString("N")[..8]);

    public Dictionary<string, string> Environment { get; } = new(StringComparer.Ordinal) { ["PATH"] = "/usr/bin:/bin" };

    public string Input { get; set; } = "";

    public bool OnTerminal { get; set; }

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public string Socket => Path.Combine(Home, "run", "coid.sock");

    public Surroundings Surroundings(TextWriter output, TextWriter error) => new()
    {
        Environment = new Dictionary<string, string>(Environment, StringComparer.Ordinal) { ["COI_HOME"] = Home },
        WorkingDirectory = Home,
        Out = output,
        Error = error,
        In = new StringReader(Input),
        InIsTerminal = OnTerminal,
        OutIsTerminal = OnTerminal,
        ErrorIsTerminal = OnTerminal,
        Time = Time,
    };

    public async Task<Said> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var code = await CoiProgram.RunAsync(arguments, Surroundings(output, error));
        return new Said(code, output.ToString(), error.ToString());
    }

    public void Dispose() => Directory.Delete(Home, recursive: true);
}
