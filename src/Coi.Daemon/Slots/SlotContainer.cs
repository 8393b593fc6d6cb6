using System.Text.Json;
using Coi.Daemon.Hosting;
using Coi.Daemon.Journal;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.Incus;

namespace Coi.Daemon.Slots;

/// <summary>What a slot's container looks like in Incus.</summary>
internal static class SlotContainer
{
    /// <summary>
    /// The container as it is made: no profile, so that nothing but what stands here is in it, and no NIC, which comes when its bridge
    /// and ACL exist.
    /// </summary>
    public static NewInstance Describe(LaunchSpec spec, string pool, DaemonHome home) => new()
    {
        Name = spec.Container,
        Source = InstanceSource.FromAlias(spec.Image),
        Description = $"coi: session {spec.SessionId}",
        Config = Config(spec, home),
        Devices = Devices(spec, pool),
    };

    /// <summary>Keys of the container; those of a kept one are renewed at each start.</summary>
    public static Dictionary<string, string> Config(LaunchSpec spec, DaemonHome home)
    {
        var config = OwnerKeys.For(home, spec.Container);
        config[OwnerKeys.Spec] = JsonSerializer.Serialize(spec, JournalJson.Default.LaunchSpec);
        config["user.coi.workspace"] = spec.Workspace;
        config["user.coi.slot"] = spec.Slot.ToString();
        config["user.coi.session"] = spec.SessionId;
        config["user.coi.tool"] = spec.Tool;
        config["user.coi.mode"] = spec.Persistent ? "persistent" : "ephemeral";
        config["user.coi.owner"] = spec.Uid.ToString();
        // After a reboot nothing runs that nobody asked for; what becomes of the session is coi's decision.
        config["boot.autostart"] = "false";
        // Docker inside. Read when the container starts, so they must be there before.
        config["security.nesting"] = "true";
        config["security.syscalls.intercept.mknod"] = "true";
        config["security.syscalls.intercept.setxattr"] = "true";
        return config;
    }

    /// <summary>Root disk, workspace and tool state.</summary>
    public static Dictionary<string, IReadOnlyDictionary<string, string>> Devices(LaunchSpec spec, string pool)
    {
        var devices = new Dictionary<string, IReadOnlyDictionary<string, string>>
        {
            ["root"] = new Dictionary<string, string> { ["type"] = "disk", ["path"] = "/", ["pool"] = pool },
            ["workspace"] = Disk(spec.Workspace, "/workspace", spec.ShiftMounts),
        };
        foreach (var mount in spec.State) devices[mount.Device] = Disk(mount.Source, mount.Path, spec.ShiftMounts);
        return devices;
    }

    /// <summary>The only NIC, on the slot's own bridge, with the address that the session expects.</summary>
    public static Dictionary<string, string> Nic(NetworkPlan network) => new()
    {
        ["type"] = "nic",
        ["name"] = "eth0",
        ["network"] = network.Bridge,
        ["ipv4.address"] = network.Address,
    };

    /// <summary>The spec that a container carries; null when it carries none that this version reads.</summary>
    public static LaunchSpec? SpecOf(Instance instance)
    {
        try
        {
            return instance.Config.GetValueOrDefault(OwnerKeys.Spec) is { } json ? JsonSerializer.Deserialize(json, JournalJson.Default.LaunchSpec) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Dictionary<string, string> Disk(string source, string path, bool shift) => new()
    {
        ["type"] = "disk",
        ["source"] = source,
        ["path"] = path,
        ["shift"] = shift ? "true" : "false",
    };
}
