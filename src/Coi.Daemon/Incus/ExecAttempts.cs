using Coi.Incus;

namespace Coi.Daemon.Incus;

/// <summary>Repeats a command in a container when Incus lost it right after its start.</summary>
internal static class ExecAttempts
{
    private const int Limit = 4;

    // Seen with Incus 6.0.4 and LXC 6.0.3, about once in three hundred commands on a busy machine, and reported for many versions:
    // https://github.com/canonical/lxd/issues/12084. The command was started, and killed at once.
    private const string Lost = "Failed to retrieve PID of executing child process";

    /// <summary>Whether Incus says that it lost a command.</summary>
    public static bool IsLost(IncusException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error.ErrorText?.Contains(Lost, StringComparison.Ordinal) == true;
    }

    /// <summary>Runs a command that may be run twice.</summary>
    /// <param name="run">Runs it.</param>
    /// <param name="mayRepeat">Whether it may still be repeated; null means always.</param>
    public static async Task<T> RunAsync<T>(Func<Task<T>> run, Func<bool>? mayRepeat = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await run();
            }
            catch (IncusException error) when (attempt < Limit && IsLost(error) && mayRepeat?.Invoke() != false)
            {
                // Again: what caused it is over by then.
            }
        }
    }
}
