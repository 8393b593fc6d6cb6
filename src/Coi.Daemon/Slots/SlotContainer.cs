using System.Globalization;
using System.Text.Json;
using Coi.Daemon.Hosting;
using Coi.Daemon.Journal;
using Coi.Daemon.Network;
using Coi.Daemon.Protection;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.Incus;

namespace Coi.Daemon.Slots;

/// <summary>What a slot's container looks like in Incus.</summary>
internal static class SlotContainer
{
    /// <summary>What Docker inside needs. Read when the container starts, so it must be there before.</summary>
    public static IReadOnlyDictionary<string, string> DockerInside { get; } = new Dictionary<string, string>
    {
        ["security.nesting"] = "true",
        ["security.syscalls.intercept.mknod"] = "true",
        ["security.syscalls.intercept.setxattr"] = "true",
    };

    /// <summary>
    /// The container as it is made: no profile, so that nothing but what stands here is in it, and no NIC, which comes when its bridge
    /// and ACL exist.
    /// </summary>
    public static NewInstance Describe(LaunchSpec spec, string pool, DaemonHome home) => new()
    {
        Name = spec.Container,
        Source = InstanceSource.FromAlias(spec.Image),
        Description = DescriptionOf(spec),
        Config = Config(spec, home),
        Devices = Devices(spec, pool),
    };

    /// <summary>What `incus list -c nd` shows; told again with each change, which would clear it.</summary>
    public static string DescriptionOf(LaunchSpec spec) => $"coi: session {spec.SessionId}";

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
        foreach (var (key, value) in DockerInside) config[key] = value;
        foreach (var (key, value) in LimitKeys(spec.Limits)) config[key] = value;
        config[FenceHook.Key] = (GuardHook.IsUsed(spec) ? GuardHook.Line(home, spec.Container) + "\n" : "") + FenceHook.Lines(spec);
        return config;
    }

    /// <summary>The keys of a kept container that is started again: this session's in place of the last one's.</summary>
    public static Dictionary<string, string> Renewed(IReadOnlyDictionary<string, string> existing, LaunchSpec spec, DaemonHome home)
    {
        var config = existing.Where(pair => !pair.Key.StartsWith("limits.", StringComparison.Ordinal)).ToDictionary();
        foreach (var (key, value) in Config(spec, home)) config[key] = value;
        return config;
    }

    /// <summary>Root disk, workspace and tool state.</summary>
    public static Dictionary<string, IReadOnlyDictionary<string, string>> Devices(LaunchSpec spec, string pool)
    {
        var devices = new Dictionary<string, IReadOnlyDictionary<string, string>>
        {
            ["root"] = Root(pool, spec.Limits?.DiskBytes),
            ["workspace"] = Workspace(spec),
        };
        // Owners are mapped by Incus, or by coi's hook where root inside could leave something with rights outside.
        var shift = spec.ShiftMounts && !GuardHook.MapsOwners(spec);
        foreach (var mount in spec.State) devices[mount.Device] = Disk(mount.Source, mount.Path, shift);
        foreach (var mount in spec.Mounts ?? [])
        {
            var disk = Disk(mount.Source, mount.Path, mount.ReadOnly ? spec.ShiftMounts : shift);
            if (mount.ReadOnly) disk["readonly"] = "true";
            devices[mount.Device] = disk;
        }

        return devices;
    }

    /// <summary>Joins a container to its network.</summary>
    public static InstancePatch Joined(NetworkPlan network, string description) => new()
    {
        Description = description,
        Devices = new Dictionary<string, IReadOnlyDictionary<string, string>> { ["eth0"] = Nic(network) },
    };

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

    // Guards are mounts below the workspace's own, and come along only when it is bound with all that is below it.
    private static Dictionary<string, string> Workspace(LaunchSpec spec)
    {
        var disk = Disk(spec.Workspace, MountPlan.Workspace, spec.ShiftMounts && !GuardHook.MapsOwners(spec));
        if (GuardHook.IsUsed(spec)) disk["recursive"] = "true";
        return disk;
    }

    private static Dictionary<string, string> LimitKeys(ContainerLimits? limits)
    {
        var keys = new Dictionary<string, string>();
        if (limits?.Cpu is { } cpu) keys["limits.cpu"] = cpu.ToString(CultureInfo.InvariantCulture);
        if (limits?.MemoryBytes is { } memory) keys["limits.memory"] = Bytes(memory);
        if (limits?.Processes is { } processes) keys["limits.processes"] = processes.ToString(CultureInfo.InvariantCulture);
        return keys;
    }

    private static Dictionary<string, string> Root(string pool, long? size)
    {
        var root = new Dictionary<string, string> { ["type"] = "disk", ["path"] = "/", ["pool"] = pool };
        if (size is { } bytes) root["size"] = Bytes(bytes);
        return root;
    }

    private static string Bytes(long bytes) => bytes.ToString(CultureInfo.InvariantCulture) + "B";

    private static Dictionary<string, string> Disk(string source, string path, bool shift) => new()
    {
        ["type"] = "disk",
        ["source"] = source,
        ["path"] = path,
        ["shift"] = shift ? "true" : "false",
    };
}
