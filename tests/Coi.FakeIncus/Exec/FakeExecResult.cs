using System.Text;

namespace Coi.FakeIncus;

/// <summary>What a scripted command does.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Stdout">What it writes to its standard output.</param>
/// <param name="Stderr">What it writes to its standard error.</param>
public sealed record FakeExecResult(int ExitCode, byte[] Stdout, byte[] Stderr)
{
    /// <summary>A command that writes texts and ends.</summary>
    public static FakeExecResult Of(int exitCode, string stdout = "", string stderr = "") =>
        new(exitCode, Encoding.UTF8.GetBytes(stdout), Encoding.UTF8.GetBytes(stderr));

    /// <summary>A command that ends well and writes a text.</summary>
    public static FakeExecResult Ok(string stdout = "") => Of(0, stdout);
}
