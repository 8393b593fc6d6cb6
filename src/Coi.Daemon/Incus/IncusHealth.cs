using Coi.Incus;

namespace Coi.Daemon.Incus;

/// <summary>Whether Incus answers now.</summary>
internal sealed class IncusHealth(IncusClient incus)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(3);

    /// <summary>Incus' version, or why it does not answer.</summary>
    public async Task<(string? Version, Failure? Failure)> AskAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            var server = await incus.GetServerAsync(deadline.Token);
            return (server.Environment.ServerVersion, null);
        }
        catch (Exception ex) when (ex is IncusException or IncusUnavailableException or IncusTimeoutException)
        {
            return (null, IncusFailures.Explain(ex));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, new Failure("incus.silent", $"Incus did not answer at {incus.SocketPath} within {Deadline.TotalSeconds} s", "Look at Incus' log"));
        }
    }
}
