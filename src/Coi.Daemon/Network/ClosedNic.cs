using Coi.Daemon.Slots;
using Coi.Domain.Network;
using Coi.Incus;

namespace Coi.Daemon.Network;

/// <summary>
/// Keeps a running container's NIC closed while its bridge changes: Incus takes the bridge's rules away until the bridge's resolver runs again
/// (0.5 to 5.5 s were seen). A NIC without an address whose addresses are filtered lets nothing through, and that takes 0.1 s.
/// </summary>
internal sealed class ClosedNic(IncusClient incus)
{
    private const string Device = "eth0";
    private const string Filtering = "security.ipv4_filtering";

    /// <summary>Whether a device is a NIC that is closed.</summary>
    public static bool IsClosed(IReadOnlyDictionary<string, string> device) => device.ContainsKey(Filtering);

    /// <summary>Makes a change while the container's NIC, if it runs and has one, is closed. After a failed change it stays closed.</summary>
    public async Task WhileAsync(string container, NetworkPlan plan, Func<Task> change)
    {
        var running = await RunningAsync(container).ConfigureAwait(false);
        if (running is not null) await PatchAsync(running, Closed(SlotContainer.Nic(plan))).ConfigureAwait(false);
        await change().ConfigureAwait(false);
        if (running is not null) await PatchAsync(running, SlotContainer.Nic(plan)).ConfigureAwait(false);
    }

    /// <summary>Closes the NIC of a container, running or not, until it is opened.</summary>
    public async Task CloseAsync(Instance container)
    {
        if (container.Devices.TryGetValue(Device, out var nic) && !IsClosed(nic)) await PatchAsync(container, Closed(nic)).ConfigureAwait(false);
    }

    /// <summary>Opens the NIC of a container, running or not.</summary>
    public async Task OpenAsync(Instance container, NetworkPlan plan)
    {
        if (container.Devices.TryGetValue(Device, out var nic) && IsClosed(nic)) await PatchAsync(container, SlotContainer.Nic(plan)).ConfigureAwait(false);
    }

    /// <summary>Opens a NIC that a daemon that was killed, or a change that failed, left closed.</summary>
    public async Task OpenAsync(string container, NetworkPlan plan)
    {
        if (await RunningAsync(container).ConfigureAwait(false) is { } running) await OpenAsync(running, plan).ConfigureAwait(false);
    }

    private static Dictionary<string, string> Closed(IReadOnlyDictionary<string, string> nic) =>
        new(nic) { ["ipv4.address"] = "none", [Filtering] = "true" };

    private async Task<Instance?> RunningAsync(string container) =>
        await incus.Instances.FindAsync(container, CancellationToken.None).ConfigureAwait(false) is { IsRunning: true } instance && instance.Devices.ContainsKey(Device) ? instance : null;

    private Task PatchAsync(Instance instance, IReadOnlyDictionary<string, string> nic) => incus.Instances.PatchAsync(
        instance.Name,
        new InstancePatch { Description = instance.Description, Devices = new Dictionary<string, IReadOnlyDictionary<string, string>> { [Device] = nic } },
        CancellationToken.None);
}
