using System.Diagnostics;
using Coi.Incus;

namespace Coi.Bench;

/// <summary>
/// What a network policy costs in Incus: to apply one, and to change the addresses of 1, 10 and 100. A hundred bridges are too many for a small machine, so
/// 100 are ten changes of each of ten; Incus does the same for each, and does it one after the other.
/// </summary>
internal sealed class PolicyTimes(IncusClient incus)
{
    private const int Bridges = 10;

    private readonly List<BenchNetwork> _networks = [.. Enumerable.Range(0, Bridges).Select(n => new BenchNetwork(incus, $"coibenchnet{n}", $"10.213.254.{(n * 8) + 1}"))];

    /// <summary>Measures, and removes what it made.</summary>
    public async Task AddToAsync(Table table)
    {
        try
        {
            await CleanAsync();
            var applied = new Samples();
            foreach (var network in _networks) applied.Add(await TimeAsync(network.CreateAsync));
            table.Add("policy: ACL + bridge made", applied);
            foreach (var (changes, bridges) in new[] { (1, 1), (10, Bridges), (100, Bridges) })
            {
                var took = await TimeAsync(async () =>
                {
                    await Parallel.ForEachAsync(_networks.Take(bridges), async (network, _) =>
                    {
                        for (var round = 0; round < changes / bridges; round++) await network.RefreshAsync(round);
                    });
                });
                var refreshed = new Samples();
                refreshed.Add(took);
                table.Add($"policy: {changes} changes of addresses on {bridges} bridge(s), together", refreshed);
            }
        }
        finally
        {
            await CleanAsync();
        }
    }

    private async Task CleanAsync()
    {
        foreach (var network in _networks) await network.DeleteAsync();
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var began = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }
}
