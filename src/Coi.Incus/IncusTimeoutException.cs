using System.Globalization;

namespace Coi.Incus;

/// <summary>Something took longer than its deadline; the message names what.</summary>
/// <param name="step">What was being waited for, such as <c>start instance web</c>.</param>
/// <param name="deadline">How long was waited.</param>
public sealed class IncusTimeoutException(string step, TimeSpan deadline)
    : TimeoutException($"Could not {step} within {Describe(deadline)}; see what Incus is doing: incus operation list")
{
    /// <summary>What was being waited for, such as <c>start instance web</c>.</summary>
    public string Step { get; } = step;

    /// <summary>How long was waited.</summary>
    public TimeSpan Deadline { get; } = deadline;

    private static string Describe(TimeSpan deadline) =>
        string.Create(CultureInfo.InvariantCulture, $"{deadline.TotalSeconds:0.###} s");
}
