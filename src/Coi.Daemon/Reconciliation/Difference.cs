using Coi.Daemon.Index;
using Coi.Domain.Slots;
using Coi.Incus;

namespace Coi.Daemon.Reconciliation;

/// <summary>
/// Something in Incus that is not as the slots want it. The reconciler acts on the same differences that <c>coi doctor --drift</c> shows;
/// the family is closed.
/// </summary>
/// <param name="Kind"><c>container</c>, <c>policy</c>, <c>network</c> or <c>acl</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Wanted">How it should be.</param>
/// <param name="Found">How it is.</param>
/// <param name="Remedy">What the daemon does about it.</param>
internal abstract record Difference(string Kind, string Name, string Wanted, string Found, string Remedy)
{
    /// <summary>A slot's container does not exist.</summary>
    internal sealed record Gone(string Container, SlotPhase Phase) : Difference(
        "container", Container, Phase == SlotPhase.Running ? "running" : "kept", "does not exist", "its session is finalised");

    /// <summary>A slot's container stopped.</summary>
    internal sealed record Stopped(string Container) : Difference("container", Container, "running", "stopped", "its session is finalised");

    /// <summary>A kept container runs.</summary>
    internal sealed record Started(string Container) : Difference("container", Container, "stopped and kept", "running, started by somebody else", "the next session goes on in it");

    /// <summary>A running container's network is without its policy.</summary>
    internal sealed record Unguarded(string Container, LaunchSpec Spec, string Bridge, string Acl) : Difference(
        "policy", Container, $"network {Bridge} under ACL {Acl}", $"network {Bridge} without it", "the policy is put in force again");

    /// <summary>A container of ours that no slot knows.</summary>
    internal sealed record Unknown(Instance Instance, LaunchSpec Spec) : Difference(
        "container", Instance.Name, "nothing", $"{(Instance.IsStopped ? "stopped" : "running")}, with session {Spec.SessionId}", "it is taken over with its session");

    /// <summary>A container with our keys that is nobody's business.</summary>
    internal sealed record LeftAlone(string Container, string Why) : Difference("container", Container, "nothing", Why, "it is left alone");

    /// <summary>A network or an ACL that serves nobody.</summary>
    internal sealed record Orphaned(Orphan Orphan) : Difference(
        Orphan.Kind, Orphan.Name, "nothing", $"it serves nobody; it was made for {Orphan.Container}", "it is removed");

    /// <summary>A line of the report about what was found and is being done.</summary>
    public string Line => this switch
    {
        Gone gone => $"{Name} is gone although it was {gone.Wanted}; {Remedy}",
        Stopped => $"{Name} stopped while nobody watched; {Remedy}",
        Started => $"{Name} was started by somebody else; {Remedy}",
        Unguarded => $"{Name} had its {Found}; {Remedy}",
        Unknown unknown => $"{Name} was not in the journal; it is taken over with its session {unknown.Spec.SessionId}",
        LeftAlone alone => $"{Name} {alone.Why}; it is left alone",
        _ => $"{Kind} {Name}: {Found}; {Remedy}",
    };
}

/// <summary>Tells where Incus differs from what slots want. Pure.</summary>
internal static class Drift
{
    /// <summary>All differences; none when everything is as it should be.</summary>
    public static IReadOnlyList<Difference> Find(Hosting.DaemonHome home, IncusReading reading)
    {
        var ours = reading.Instances.Where(i => Orphans.IsOurs(home, i.Config)).ToDictionary(i => i.Name);
        var known = reading.Known.Select(e => e.State.Spec?.Container).OfType<string>().ToHashSet();
        return
        [
            .. reading.Known.Select(entry => OfSlot(entry, ours, reading.Networks)).OfType<Difference>(),
            .. ours.Values.Where(i => !known.Contains(i.Name)).Select(OfStranger),
            .. Orphans.OfNetworks(home, known.Union(ours.Keys).ToHashSet(), reading.Networks, reading.Acls).Select(orphan => new Difference.Orphaned(orphan)),
        ];
    }

    private static Difference? OfSlot(IndexProtocol.Entry entry, Dictionary<string, Instance> ours, IReadOnlyList<Coi.Incus.Network> networks)
    {
        var (state, spec) = (entry.State, entry.State.Spec);
        if (spec is null || state.Phase is not (SlotPhase.Running or SlotPhase.Kept)) return null;
        if (!ours.TryGetValue(spec.Container, out var instance)) return new Difference.Gone(spec.Container, state.Phase);
        // Frozen, stopping or broken is neither running nor stopped: the next event or comparison tells.
        if (state.Phase == SlotPhase.Running && instance.IsStopped) return new Difference.Stopped(spec.Container);
        if (state is { Phase: SlotPhase.Kept, RunsUnasked: false } && instance.IsRunning) return new Difference.Started(spec.Container);
        return instance.IsStopped || spec.Policy.Mode == Domain.Network.NetworkMode.Open || IsGuarded(instance, spec, networks)
            ? null
            : new Difference.Unguarded(spec.Container, spec, SlotNames.Bridge(spec.Container), SlotNames.Acl(spec.Container));
    }

    // A container without our NIC reaches nothing through it; another NIC is the work of somebody with rights in Incus.
    private static bool IsGuarded(Instance instance, LaunchSpec spec, IReadOnlyList<Coi.Incus.Network> networks)
    {
        var bridge = SlotNames.Bridge(spec.Container);
        if (instance.Devices.GetValueOrDefault("eth0")?.GetValueOrDefault("network") != bridge) return true;
        return networks.FirstOrDefault(n => n.Name == bridge) is not { } network
            || network.Config.GetValueOrDefault("security.acls", "").Split(',', StringSplitOptions.TrimEntries).Contains(SlotNames.Acl(spec.Container));
    }

    private static Difference OfStranger(Instance instance) => Slots.SlotContainer.SpecOf(instance) switch
    {
        null => new Difference.LeftAlone(instance.Name, "belongs to this coi but does not say what runs in it"),
        // `incus copy` copies the keys too: what they say is about the original.
        var spec when spec.Container != instance.Name => new Difference.LeftAlone(instance.Name, $"is a copy of {spec.Container}"),
        var spec => new Difference.Unknown(instance, spec),
    };
}
