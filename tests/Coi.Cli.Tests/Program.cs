using System.Diagnostics;

namespace Coi.Cli.Tests;

/// <summary>The program as a process.</summary>
internal static class Program
{
    /// <summary>Where it was built to.</summary>
    public static string File { get; } = Path.Combine(AppContext.BaseDirectory, "coi");

    /// <summary>Runs it to its end.</summary>
    public static async Task<Said> RunAsync(Caller caller, params string[] arguments)
    {
        using var process = Start(caller, File, arguments, []);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return new Said(process.ExitCode, await output, await error);
    }

    /// <summary>Starts a program with the caller's environment.</summary>
    public static Process Start(Caller caller, string file, IReadOnlyList<string> arguments, Dictionary<string, string> more)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment.Clear();
        foreach (var (name, value) in caller.Environment.Concat(more)) start.Environment[name] = value;
        start.Environment["COI_HOME"] = caller.Home;
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
