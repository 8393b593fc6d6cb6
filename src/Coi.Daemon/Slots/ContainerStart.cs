using Coi.Domain;
using Coi.Incus;

namespace Coi.Daemon.Slots;

/// <summary>
/// Starts a container. Incus gives its own hooks 30 seconds, which a machine whose disk is busy can exceed, and then says only that
/// forkstart failed: the start is tried once more, and a second failure is told with what LXC wrote down.
/// </summary>
internal sealed class ContainerStart(IncusClient incus)
{
    private const string Log = "lxc.log";
    private const int Attempts = 2;

    /// <param name="name">The container.</param>
    /// <param name="complaint">What coi's own hook has to complain about, after which trying again would not help; null where it has no part.</param>
    /// <exception cref="FailureException">It does not start.</exception>
    public async Task RunAsync(string name, Func<Failure?>? complaint = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await incus.Instances.StartAsync(name, CancellationToken.None).ConfigureAwait(false);
                return;
            }
            catch (IncusException ex)
            {
                if (complaint?.Invoke() is { } reason) throw new FailureException(reason);
                if (!ex.Message.Contains("forkstart", StringComparison.Ordinal)) throw;
                // Incus may call a start failed whose container came up after all.
                if (await incus.Instances.FindAsync(name, CancellationToken.None).ConfigureAwait(false) is { IsRunning: true }) return;
                if (attempt == Attempts) throw new FailureException(await ExplainAsync(name, ex).ConfigureAwait(false));
            }
        }
    }

    private async Task<Failure> ExplainAsync(string name, IncusException error)
    {
        var said = await SaidAsync(name).ConfigureAwait(false);
        return new Failure(
            "container.start_failed",
            error.Message + (said.Length > 0 ? $"; LXC says: {said}" : ""),
            "Try again when the machine is less busy; 'coi daemon logs' tells more");
    }

    private async Task<string> SaidAsync(string name)
    {
        try
        {
            var log = await incus.Instances.ReadLogAsync(name, Log, CancellationToken.None).ConfigureAwait(false);
            return string.Join("; ", LxcLog.Errors(log));
        }
        catch (IncusException)
        {
            // Nothing was written down.
            return "";
        }
    }
}
