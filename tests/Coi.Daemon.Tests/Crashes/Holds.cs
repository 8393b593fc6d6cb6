using Xunit;

namespace Coi.Daemon.Tests.Crashes;

/// <summary>Waits for what is to come true by itself.</summary>
internal static class Holds
{
    /// <summary>Waits until nothing is wrong any more.</summary>
    /// <param name="when">When that was, for the message.</param>
    /// <param name="patience">How long it may take.</param>
    /// <param name="wrong">What is still wrong; empty for nothing.</param>
    public static async Task EventuallyAsync(string when, TimeSpan patience, Func<Task<string>> wrong)
    {
        using var deadline = new CancellationTokenSource(patience);
        for (string now; (now = await wrong()).Length > 0;)
        {
            if (deadline.IsCancellationRequested) Assert.Fail($"{when}: {now}");
            await Task.Delay(10);
        }
    }
}
