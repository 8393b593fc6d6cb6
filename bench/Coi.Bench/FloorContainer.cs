using Coi.Incus;

namespace Coi.Bench;

/// <summary>A container of the floor's, and the bridge that it may get.</summary>
internal sealed class FloorContainer(IncusClient incus, string image, string name, BenchNetwork bridge)
{
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(30);

    /// <summary>From nothing to a program that has run in it.</summary>
    public async Task RunAsync(bool network)
    {
        if (network) await bridge.CreateAsync();
        await incus.Instances.CreateAsync(new NewInstance
        {
            Name = name,
            Source = InstanceSource.FromAlias(image),
            Profiles = ["default"],
            Config = new Dictionary<string, string> { ["boot.autostart"] = "false" },
            Devices = network
                ? new Dictionary<string, IReadOnlyDictionary<string, string>>
                {
                    ["eth0"] = new Dictionary<string, string> { ["type"] = "nic", ["network"] = bridge.Name, ["name"] = "eth0" },
                }
                : new Dictionary<string, IReadOnlyDictionary<string, string>>(),
        });
        await incus.Instances.StartAsync(name);
        var result = await incus.Exec.CaptureAsync(name, new ExecRequest { Command = ["true"] });
        if (!result.Succeeded) throw new InvalidOperationException($"'true' ended with {result.ExitCode} in {name}");
    }

    /// <summary>Removes both; what does not exist is fine.</summary>
    public async Task DeleteAsync()
    {
        if (await incus.Instances.FindAsync(name) is { } left)
        {
            if (left.IsRunning) await incus.Instances.StopAsync(name, StopDeadline, force: true);
            await incus.Instances.DeleteAsync(name);
        }

        await bridge.DeleteAsync();
    }
}
