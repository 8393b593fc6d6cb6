namespace Coi.Incus;

/// <summary>Why Incus cannot be reached at all.</summary>
public enum IncusUnavailableReason
{
    /// <summary>There is no socket: Incus is not installed or was never started.</summary>
    NoSocket,

    /// <summary>The socket is there, and this user may not use it.</summary>
    PermissionDenied,

    /// <summary>The socket is there, and nobody answers, or the answer broke off.</summary>
    NotAnswering,
}

/// <summary>Incus cannot be reached at all.</summary>
/// <param name="reason">Why.</param>
/// <param name="socketPath">The socket that was tried.</param>
/// <param name="innerException">What lies underneath, if anything.</param>
public sealed class IncusUnavailableException(
    IncusUnavailableReason reason, string socketPath, Exception? innerException = null)
    : Exception(Describe(reason, socketPath), innerException)
{
    /// <summary>Why.</summary>
    public IncusUnavailableReason Reason { get; } = reason;

    /// <summary>The socket that was tried.</summary>
    public string SocketPath { get; } = socketPath;

    /// <summary>What a person can do about it.</summary>
    public string Remedy => Advise(Reason);

    private static string Describe(IncusUnavailableReason reason, string socketPath) => reason switch
    {
        IncusUnavailableReason.NoSocket => $"There is no Incus socket at {socketPath}; {Advise(reason)}",
        IncusUnavailableReason.PermissionDenied => $"No permission to use the Incus socket {socketPath}; {Advise(reason)}",
        _ => $"Incus does not answer at {socketPath}; {Advise(reason)}",
    };

    private static string Advise(IncusUnavailableReason reason) => reason switch
    {
        IncusUnavailableReason.NoSocket => "install Incus or start it: systemctl enable --now incus.socket",
        IncusUnavailableReason.PermissionDenied => "join its group and log in again: sudo usermod -aG incus-admin $USER",
        _ => "start it again: systemctl restart incus.service",
    };
}
