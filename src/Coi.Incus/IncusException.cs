namespace Coi.Incus;

/// <summary>Incus answered, and refused or failed what was asked.</summary>
/// <param name="action">What was being done, such as <c>create instance web</c>.</param>
/// <param name="statusCode">Incus' error code, the numbers of HTTP.</param>
/// <param name="errorText">Incus' own words, null when it gave none.</param>
/// <param name="innerException">What lies underneath, if anything.</param>
public sealed class IncusException(string action, int statusCode, string? errorText, Exception? innerException = null)
    : Exception(Describe(action, statusCode, errorText), innerException)
{
    /// <summary>Incus' error code, the numbers of HTTP.</summary>
    public int StatusCode { get; } = statusCode;

    /// <summary>Incus' own words, null when it gave none.</summary>
    public string? ErrorText { get; } = errorText;

    /// <summary>What was being done, such as <c>create instance web</c>.</summary>
    public string Action { get; } = action;

    /// <summary>What was asked for does not exist.</summary>
    public bool IsNotFound => StatusCode == 404;

    /// <summary>What was to be made exists already.</summary>
    // A failed operation carries only 400 and words, and a second instance of the same name comes as status 500 with the
    // database's words (seen with 6.0.4), so for this one case the words decide.
    public bool IsConflict => StatusCode == 409 || Says("already exists") || Says("UNIQUE constraint failed");

    /// <summary>Somebody else changed the object since it was read (a stale ETag).</summary>
    public bool IsStale => StatusCode == 412;

    /// <summary>
    /// Incus lost sight of a command at its start. Incus 6.0.4 does so once in some thirty to a hundred times on a busy machine. The command
    /// may have run to its end all the same (seen: a text was typed twice by a second run), so only what may run twice can simply be run again.
    /// </summary>
    public bool WasLost => Says("Failed to retrieve PID of executing child process");

    /// <summary>Incus is still doing something else with the instance, whoever asked for that; what was asked for now was not begun.</summary>
    public bool IsBusy => Says("Instance is busy running");

    /// <summary>
    /// Incus looked at an interface of the machine that went away in that moment, with a container that has nothing to do with it. It has undone
    /// what it had begun (seen on 6.0.4 while a network was made and another container ended: nothing was left), so it can be asked again.
    /// </summary>
    internal bool MissedAnInterface => (Says("ip -d -j link show") && Says("does not exist")) || (Says("ip link delete") && Says("Cannot find device"));

    private bool Says(string words) => ErrorText?.Contains(words, StringComparison.OrdinalIgnoreCase) ?? false;

    private static string Describe(string action, int statusCode, string? errorText) =>
        string.IsNullOrWhiteSpace(errorText)
            ? $"Could not {action}: Incus answered with status {statusCode} and no explanation"
            : $"Could not {action}: {errorText.TrimEnd()}";
}
