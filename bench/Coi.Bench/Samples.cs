using System.Diagnostics;

namespace Coi.Bench;

/// <summary>Times of one thing, in milliseconds.</summary>
internal sealed class Samples
{
    private readonly List<double> _times = [];

    public double Median => At(0.5);

    public double Fastest => At(0);

    public double Slowest => At(1);

    public int Count => _times.Count;

    public void Add(double milliseconds) => _times.Add(milliseconds);

    /// <summary>Does it once untimed, because the first time reads everything from the disk, and then as often as asked.</summary>
    public static async Task<Samples> TakeAsync(int rounds, Func<int, Task> act)
    {
        var samples = new Samples();
        await act(0);
        for (var round = 1; round <= rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
            await act(round);
            samples.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        return samples;
    }

    private double At(double share)
    {
        var sorted = _times.Order().ToList();
        var position = share * (sorted.Count - 1);
        var below = sorted[(int)Math.Floor(position)];
        var above = sorted[(int)Math.Ceiling(position)];
        return below + ((above - below) * (position - Math.Floor(position)));
    }
}
