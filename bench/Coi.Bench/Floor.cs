using System.Diagnostics;
using Coi.Incus;

namespace Coi.Bench;

/// <summary>What Incus itself needs, asked over its API by the shortest way: nothing that coi does can be faster.</summary>
internal sealed class Floor(IncusClient incus, string image)
{
    private const string Name = "coi-bench-floor";

    private readonly BenchNetwork _network = new(incus, "coibenchfloor", "10.213.255.249");

    /// <summary>A container from nothing to the first program that runs in it; its end is not counted.</summary>
    public async Task<(Samples Bare, Samples Networked)> MeasureAsync(int rounds)
    {
        var bare = new Samples();
        var networked = new Samples();
        for (var round = 0; round <= rounds; round++)
        {
            // Both kinds in turns, so that what the machine does besides hits both alike; the first pair warms up.
            var withoutNetwork = await OnceAsync(network: false);
            var withNetwork = await OnceAsync(network: true);
            if (round == 0) continue;
            bare.Add(withoutNetwork);
            networked.Add(withNetwork);
        }

        return (bare, networked);
    }

    /// <summary>Removes what an earlier run may have left.</summary>
    public async Task CleanAsync()
    {
        if (await incus.Instances.FindAsync(Name) is { } left)
        {
            if (left.IsRunning) await incus.Instances.StopAsync(Name, TimeSpan.FromSeconds(30), force: true);
            await incus.Instances.DeleteAsync(Name);
        }

        await _network.DeleteAsync();
    }

    private async Task<double> OnceAsync(bool network)
    {
        try
        {
            var began = Stopwatch.GetTimestamp();
            if (network) await _network.CreateAsync();
            await incus.Instances.CreateAsync(new NewInstance
            {
                Name = Name,
                Source = InstanceSource.FromAlias(image),
                Profiles = ["default"],
                Config = new Dictionary<string, string> { ["boot.autostart"] = "false" },
                Devices = network
                    ? new Dictionary<string, IReadOnlyDictionary<string, string>>
                    {
                        ["eth0"] = new Dictionary<string, string> { ["type"] = "nic", ["network"] = _network.Name, ["name"] = "eth0" },
                    }
                    : new Dictionary<string, IReadOnlyDictionary<string, string>>(),
            });
            await incus.Instances.StartAsync(Name);
            var result = await incus.Exec.CaptureAsync(Name, new ExecRequest { Command = ["true"] });
            var took = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            return result.Succeeded ? took : throw new InvalidOperationException($"'true' ended with {result.ExitCode} in the floor's container");
        }
        finally
        {
            await CleanAsync();
        }
    }
}
