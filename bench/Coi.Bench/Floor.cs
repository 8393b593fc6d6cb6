using System.Diagnostics;
using Coi.Incus;

namespace Coi.Bench;

/// <summary>What Incus itself needs, asked over its API by the shortest way: nothing that coi does can be faster.</summary>
internal sealed class Floor(IncusClient incus, string image)
{
    private readonly FloorContainer _one = new(incus, image, "coi-bench-floor", new BenchNetwork(incus, "coibenchfloor", "10.213.255.249"));
    private readonly IReadOnlyList<FloorContainer> _many =
    [
        .. Enumerable.Range(0, Measurements.AtOnce).Select(n => new FloorContainer(incus, image, $"coi-bench-floor-{n}", new BenchNetwork(incus, $"coibenchfloor{n}", $"10.213.254.{(8 * n) + 1}"))),
    ];

    /// <summary>A container from nothing to the first program that runs in it; its end is not counted.</summary>
    public async Task<(Samples Bare, Samples Networked)> MeasureAsync(int rounds)
    {
        var bare = new Samples();
        var networked = new Samples();
        for (var round = 0; round <= rounds; round++)
        {
            // Both kinds in turns, so that what the machine does besides hits both alike; the first pair warms up.
            var withoutNetwork = await OnceAsync([_one], network: false);
            var withNetwork = await OnceAsync([_one], network: true);
            if (round == 0) continue;
            bare.Add(withoutNetwork);
            networked.Add(withNetwork);
        }

        return (bare, networked);
    }

    /// <summary>Several at once, each with a bridge of its own, until the last has run its program.</summary>
    public Task<double> ManyAsync() => OnceAsync(_many, network: true);

    /// <summary>Removes what an earlier run may have left.</summary>
    public Task CleanAsync() => CleanAsync([_one, .. _many]);

    private static async Task<double> OnceAsync(IReadOnlyList<FloorContainer> containers, bool network)
    {
        try
        {
            var began = Stopwatch.GetTimestamp();
            await Task.WhenAll(containers.Select(container => container.RunAsync(network)));
            return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }
        finally
        {
            await CleanAsync(containers);
        }
    }

    private static async Task CleanAsync(IReadOnlyList<FloorContainer> containers)
    {
        foreach (var container in containers) await container.DeleteAsync();
    }
}
