using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>What the machine lets the tests do.</summary>
internal static class Machine
{
    /// <summary>Fails, saying why, unless the tests run as root.</summary>
    public static void RequireRoot(string what)
    {
        if (!Environment.IsPrivilegedProcess) throw new InvalidOperationException($"this test needs root for {what}: run './test.sh' as root");
    }

    /// <summary>Kills Incus' daemon as a crash does, and starts it as it was started before.</summary>
    /// <param name="whileDown">What happens between the two.</param>
    public static async Task KillAndStartIncusAsync(Func<Task>? whileDown = null)
    {
        using var incus = await FindIncusAsync();
        incus.Kill();
        if (whileDown is not null) await whileDown();
        await incus.StartAgainAsync();
    }

    /// <summary>Incus' daemon.</summary>
    public static async Task<IncusProcess> FindIncusAsync()
    {
        RequireRoot("killing Incus");
        // The monitors of containers, and what Incus forks for a command, are called incusd too.
        var (pid, command) = (await Shell.OutputAsync("pgrep", "--exact", "incusd")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(id => (Id: id, Command: CommandOf(id))).Single(process => process.Command is [var program, ..] && program.EndsWith("/incusd", StringComparison.Ordinal)
                && !process.Command.Skip(1).Any(word => word.StartsWith("fork", StringComparison.Ordinal)));
        var environment = (await File.ReadAllTextAsync($"/proc/{pid}/environ")).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return new IncusProcess(Process.GetProcessById(int.Parse(pid)), environment, command);
    }

    private static string[] CommandOf(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException)
        {
            return []; // It has ended.
        }
    }

    /// <summary>As far as containers and Incus can tell, a power cut: neither is asked, no hook runs. Then Incus starts again.</summary>
    /// <param name="containers">Containers that run.</param>
    public static async Task CutPowerAsync(IReadOnlyList<string> containers)
    {
        var processes = new List<string>();
        foreach (var container in containers)
        {
            var state = JsonNode.Parse(await Shell.OutputAsync("incus", "query", $"/1.0/instances/{container}/state"));
            var init = (int?)state?["pid"] ?? throw new InvalidOperationException($"{container} has no process");
            var monitor = (await File.ReadAllLinesAsync($"/proc/{init}/status")).First(line => line.StartsWith("PPid:", StringComparison.Ordinal)).Split('\t')[1];
            // The monitor first: it would tell Incus of the end.
            processes.AddRange([monitor, init.ToString()]);
        }

        await KillAndStartIncusAsync(() => Shell.OutputAsync("kill", ["-9", .. processes]));
    }
}

/// <summary>Incus' daemon, and how it was started.</summary>
internal sealed class IncusProcess(Process process, string[] environment, string[] command) : IDisposable
{
    /// <summary>Kills it at once.</summary>
    public void Kill() => process.Kill();

    /// <summary>Starts it as it was started before, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        if (Directory.Exists("/run/systemd/system")) await Shell.OutputAsync("systemctl", "restart", "incus.service");
        else await Shell.OutputAsync("sh", ["-c", "ulimit -n 1048576; setsid --fork \"$@\" > /dev/null 2>&1 < /dev/null", "sh", "env", "-i", .. environment, .. command]);
        await Shell.OutputAsync("timeout", "90", "incus", "admin", "waitready", "--timeout=80");
    }

    /// <inheritdoc />
    public void Dispose() => process.Dispose();
}
