using System.Diagnostics;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>What a process holds of the machine's memory.</summary>
internal static class ResidentMemory
{
    /// <summary>In bytes.</summary>
    public static long Of(int process)
    {
        using var running = Process.GetProcessById(process);
        return running.WorkingSet64;
    }

    /// <summary>Waits until a process holds no more than a limit, in bytes.</summary>
    /// <returns>What it holds then.</returns>
    public static async Task<long> FallsToAsync(int process, double limit, int seconds)
    {
        var held = 0L;
        await Eventually.IsTrueAsync(
            $"waiting for process {process} to hold no more than {limit / 1e6:0} MB", TimeSpan.FromSeconds(seconds),
            () => Task.FromResult((held = Of(process)) <= limit), () => $"it holds {held / 1e6:0} MB");
        return held;
    }
}
