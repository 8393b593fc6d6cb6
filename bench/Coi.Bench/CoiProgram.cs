using System.Diagnostics;
using System.Text.Json;

namespace Coi.Bench;

/// <summary>The published <c>coi</c>, as a process, in the home that the environment names.</summary>
internal sealed class CoiProgram(string file)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(12);

    public Task<string> RunAsync(params string[] arguments) => RunAsync(file, Environment.CurrentDirectory, arguments);

    public Task<string> RunInAsync(string directory, params string[] arguments) => RunAsync(file, directory, arguments);

    /// <summary>Time of a process that does nothing: what any program costs before its first line.</summary>
    public static Task TrueAsync() => RunAsync("/bin/true", Environment.CurrentDirectory, []);

    /// <summary>Process id of the daemon.</summary>
    public async Task<int> DaemonAsync()
    {
        foreach (var word in (await RunAsync("daemon", "start")).Split([' ', ')', '\n'], StringSplitOptions.RemoveEmptyEntries))
            if (int.TryParse(word, out var process)) return process;
        throw new InvalidOperationException("'coi daemon start' does not name the daemon's process");
    }

    /// <summary>Resident memory of the daemon in mebibytes, once it has had the time to give back what work needed.</summary>
    public static async Task<double> ResidentAtRestAsync(int process)
    {
        await Task.Delay(Rest);
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>Number of containers in the listing.</summary>
    public async Task<int> CountAsync()
    {
        using var document = JsonDocument.Parse(await RunAsync("list", "--format=json"));
        return document.RootElement.GetProperty("active_containers").GetArrayLength();
    }

    private static async Task<string> RunAsync(string program, string directory, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = directory,
        }) ?? throw new InvalidOperationException($"{program} did not start");
        process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(Deadline);
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"'{Path.GetFileName(program)} {string.Join(' ', arguments)}' ended with {process.ExitCode}: {await error}");
    }
}
