namespace Coi.EndToEnd.Tests.Support;

/// <summary>How a command ended.</summary>
/// <param name="Command">What was called.</param>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">What it wrote on standard output.</param>
/// <param name="Error">What it wrote on standard error.</param>
/// <param name="Took">How long it took.</param>
internal sealed record CommandOutcome(string Command, int ExitCode, string Output, string Error, TimeSpan Took)
{
    /// <summary>The lines on standard error that say something.</summary>
    public IReadOnlyList<string> ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>This outcome, when it is a success.</summary>
    public CommandOutcome Succeeded() => ExitCode == 0 ? this : throw new InvalidOperationException($"this was to succeed: {this}");

    /// <inheritdoc />
    public override string ToString() =>
        $"$ {Command}   → {ExitCode} in {Took.TotalSeconds:0.00} s{Part("stdout", Output)}{Part("stderr", Error)}";

    private static string Part(string name, string text) =>
        text.Length == 0 ? "" : $"\n  {name}: {text.TrimEnd()[..Math.Min(text.TrimEnd().Length, 4000)].Replace("\n", "\n          ", StringComparison.Ordinal)}";
}
