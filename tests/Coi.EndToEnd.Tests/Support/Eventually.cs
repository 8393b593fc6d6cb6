using System.Diagnostics;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>Waits for facts that nobody announces.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until the answer is yes.</summary>
    /// <returns>How long it took.</returns>
    public static async Task<TimeSpan> IsTrueAsync(string what, TimeSpan deadline, Func<Task<bool>> fact, Func<string>? lastSeen = null)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await fact())
        {
            if (Stopwatch.GetElapsedTime(start) > deadline) throw Late(what, deadline, lastSeen);
            await Task.Delay(Pause);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Asks until a text contains what is waited for; the text last seen is in the failure.</summary>
    /// <returns>The text that contains it.</returns>
    public static async Task<string> ContainsAsync(string expected, TimeSpan deadline, Func<Task<string>> text)
    {
        var seen = "";
        await IsTrueAsync(
            $"waiting for '{expected}'", deadline,
            async () => (seen = await text()).Contains(expected, StringComparison.Ordinal),
            () => seen);
        return seen;
    }

    private static TimeoutException Late(string what, TimeSpan deadline, Func<string>? lastSeen) =>
        new($"{what}: not within {deadline.TotalSeconds:0.#} s{(lastSeen is null ? "" : $"; last seen:\n{lastSeen()}")}");
}
