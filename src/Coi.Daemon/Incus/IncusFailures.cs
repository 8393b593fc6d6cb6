using Coi.Contracts;
using Coi.Domain;
using Coi.Incus;

namespace Coi.Daemon.Incus;

/// <summary>Says in people's words what went wrong with Incus, in Incus' own words where it has any.</summary>
internal static class IncusFailures
{
    /// <summary>The failure behind an exception of an effect.</summary>
    public static Failure Explain(Exception exception) => exception switch
    {
        FailureException ex => ex.Failure,
        ProblemException ex => new Failure(ex.Problem.Code, ex.Problem.Message, ex.Problem.Hint),
        IncusUnavailableException { Reason: IncusUnavailableReason.NoSocket } ex => new Failure(
            "incus.missing", $"Incus is not available: there is no socket at {ex.SocketPath}", "Install and start it with ./quickstart.sh, or see `coi daemon status`"),
        IncusUnavailableException { Reason: IncusUnavailableReason.PermissionDenied } ex => new Failure(
            "incus.permission",
            $"Incus is not available: no permission on {ex.SocketPath}",
            "sudo usermod -aG incus-admin \"$USER\", then log in anew and `coi daemon stop`"),
        IncusUnavailableException ex => new Failure(
            "incus.silent", $"Incus is not available: nobody answers at {ex.SocketPath}", "Start it: sudo systemctl start incus, or ./scripts/dev-incus.sh start"),
        IncusTimeoutException ex => new Failure("incus.timeout", ex.Message, "Look at the load of the machine and at Incus' log, then try again"),
        IncusException ex when Says(ex, "no space left") || Says(ex, "disk quota exceeded") => new Failure(
            "storage.full", ex.Message, "Free space in the storage pool (`incus storage info default`, `incus image list`), then try again"),
        IncusException ex when Says(ex, "idmapping abilities are required") => new Failure(
            "mounts.owners", ex.Message, "Is this machine an unprivileged container? 'cannot map the owners' in docs/troubleshooting.md says what helps"),
        IncusException ex => new Failure("incus.refused", ex.Message, "coi daemon logs"),
        OperationCanceledException => new Failure("cancelled", "it was cancelled"),
        IOException ex => new Failure("io.failed", ex.Message),
        UnauthorizedAccessException ex => new Failure("io.denied", ex.Message),
        _ => new Failure("internal", $"unexpected {exception.GetType().Name}: {exception.Message}", "coi daemon logs"),
    };

    private static bool Says(IncusException exception, string words) =>
        exception.ErrorText?.Contains(words, StringComparison.OrdinalIgnoreCase) == true;
}
