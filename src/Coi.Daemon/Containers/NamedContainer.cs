using System.Text.Json;
using Coi.Daemon.Hosting;
using Coi.Daemon.Journal;
using Coi.Daemon.Network;
using Coi.Daemon.Slots;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.Incus;

namespace Coi.Daemon.Containers;

/// <summary>What a container that was launched by name looks like in Incus, which is all that is kept of it.</summary>
internal static class NamedContainer
{
    /// <summary>The value of <see cref="OwnerKeys.Kind"/>.</summary>
    public const string Kind = "container";

    // There is no journal of it: the intention stands here.
    private const string Unpoliced = "user.coi.unpoliced";

    /// <summary>What `incus list -c nd` shows of it.</summary>
    public const string Description = "coi container launch";

    /// <summary>What is known of it beside its network: it has no slot, workspace or session.</summary>
    public static LaunchSpec Spec(string name, string image, NetworkPolicy policy, string subnetPool, int? mtu) => new()
    {
        Container = name,
        Slot = 0,
        Workspace = "",
        SessionId = "",
        Tool = Kind,
        Persistent = true,
        Resumed = false,
        Image = image,
        Command = [],
        State = [],
        Uid = 0,
        Gid = 0,
        Policy = policy,
        SubnetPool = subnetPool,
        Mtu = mtu,
    };

    /// <summary>The container as it is made: without a NIC, which comes when its bridge and ACL exist.</summary>
    public static NewInstance Describe(LaunchSpec spec, InstanceSource source, IReadOnlyDictionary<string, string> root, bool ephemeral, DaemonHome home)
    {
        var config = OwnerKeys.For(home, spec.Container, Kind);
        config[OwnerKeys.Spec] = JsonSerializer.Serialize(spec, JournalJson.Default.LaunchSpec);
        config["boot.autostart"] = "false";
        config[FenceHook.Key] = FenceHook.Lines(spec);
        foreach (var (key, value) in SlotContainer.DockerInside) config[key] = value;
        return new NewInstance
        {
            Name = spec.Container,
            Source = source,
            Description = Description,
            Ephemeral = ephemeral,
            Config = config,
            Devices = new Dictionary<string, IReadOnlyDictionary<string, string>> { ["root"] = root },
        };
    }

    /// <summary>Whether an instance is one of this home's, and no copy of one.</summary>
    public static bool Is(Instance instance, DaemonHome home) => IsMarked(instance.Config, home) && instance.Config.GetValueOrDefault(OwnerKeys.Container) == instance.Name;

    /// <summary>Whether keys say that something serves such a container of this home.</summary>
    public static bool IsMarked(IReadOnlyDictionary<string, string> config, DaemonHome home) =>
        config.GetValueOrDefault(OwnerKeys.Home) == home.Root && config.GetValueOrDefault(OwnerKeys.Kind) == Kind;

    /// <summary>The spec of one that runs, whose policy has to be kept true; null for every other.</summary>
    public static LaunchSpec? Running(Instance instance, DaemonHome home) => Is(instance, home) && instance.IsRunning ? SlotContainer.SpecOf(instance) : null;

    /// <summary>The keys that say what policy it has, and whether that is still to be put into force.</summary>
    public static Dictionary<string, string> Policed(LaunchSpec spec, bool done) => new()
    {
        [OwnerKeys.Spec] = JsonSerializer.Serialize(spec, JournalJson.Default.LaunchSpec),
        [Unpoliced] = done ? "" : "true",
    };

    /// <summary>Whether a change of its policy was broken off.</summary>
    public static bool IsUnpoliced(Instance instance) => instance.Config.GetValueOrDefault(Unpoliced) == "true";
}
