using System.Globalization;
using Coi.Incus;

namespace Coi.Bench;

/// <summary>Seconds since the machine was booted; the kernel dates the start of processes in it, inside containers too.</summary>
internal static class BootClock
{
    private const double TicksPerSecond = 100; // sysconf(_SC_CLK_TCK) is 100 on every Linux that .NET runs on.

    public static double Now => double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>When the tool of a session was started.</summary>
    public static async Task<double> StartOfToolAsync(IncusClient incus, string container)
    {
        var found = await incus.Exec.CaptureAsync(container, new ExecRequest
        {
            // By the command line: a script's process is named after its interpreter. The brackets keep the shell itself from matching.
            Command = ["sh", "-c", "pid=$(pgrep -o -f '[/]dummy --|^claude ') && cat \"/proc/$pid/stat\""],
        });
        if (found.ExitCode != 0) throw new InvalidOperationException($"the tool does not run in {container}");
        // The second field is the program's name in brackets and may hold spaces; the start time is field 22 (proc(5)).
        var fields = found.StdoutText[(found.StdoutText.LastIndexOf(')') + 2)..].Split(' ');
        return double.Parse(fields[19], CultureInfo.InvariantCulture) / TicksPerSecond;
    }
}
