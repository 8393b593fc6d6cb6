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
    public static async Task KillAndStartIncusAsync()
    {
        RequireRoot("killing Incus");
        var pid = (await Shell.OutputAsync("pgrep", "--oldest", "--exact", "incusd")).Trim();
        var command = (await File.ReadAllTextAsync($"/proc/{pid}/cmdline")).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        var environment = (await File.ReadAllTextAsync($"/proc/{pid}/environ")).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        await Shell.OutputAsync("kill", "-9", pid);
        if (Directory.Exists("/run/systemd/system")) await Shell.OutputAsync("systemctl", "restart", "incus.service");
        else await Shell.OutputAsync("sh", ["-c", "ulimit -n 1048576; setsid --fork \"$@\" > /dev/null 2>&1 < /dev/null", "sh", "env", "-i", .. environment, .. command]);
        await Shell.OutputAsync("timeout", "90", "incus", "admin", "waitready", "--timeout=80");
    }
}
