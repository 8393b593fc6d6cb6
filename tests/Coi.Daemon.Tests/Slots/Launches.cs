using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;

namespace Coi.Daemon.Tests.Slots;

/// <summary>Launches of a workspace that exists only in tests.</summary>
internal static class Launches
{
    public const string Workspace = "/home/user/project";

    public static readonly WorkspaceHash Hash = WorkspaceHash.Of(Workspace);

    public static LaunchSpec Spec(bool persistent = false, string session = "s1", int slot = 1) => new()
    {
        Container = $"coi-{Hash}-{slot}",
        Slot = slot,
        Workspace = Workspace,
        SessionId = session,
        Tool = "dummy",
        Persistent = persistent,
        Resumed = false,
        Image = "coi",
        Command = ["dummy"],
        State = [],
        Uid = 1000,
        Gid = 1000,
        Policy = new NetworkPolicy { Mode = NetworkMode.Restricted },
        SubnetPool = "10.213.0.0/16",
    };

    public static NetworkPlan Plan(string container) => new(SlotNames.Bridge(container), SlotNames.Acl(container), "10.213.4.8/29", 1500);

    /// <summary>What the journal holds of a slot that came to a phase.</summary>
    public static IReadOnlyList<ISlotEvent> Journal(SlotPhase phase, DateTimeOffset at, bool persistent = false)
    {
        var spec = Spec(persistent || phase == SlotPhase.Kept);
        ISlotEvent[] running = [new LaunchRequested(spec, false, at), new Provisioned(Plan(spec.Container), at), new SessionStarted(at)];
        return phase switch
        {
            SlotPhase.Free => [],
            SlotPhase.Preparing => running[..1],
            SlotPhase.Starting => running[..2],
            SlotPhase.Running => running,
            SlotPhase.Stopping => [.. running, new StopRequested(true, false, 0, at)],
            SlotPhase.Stopped => [.. running, new ContainerStopped(StopCause.FromInside, at)],
            SlotPhase.Deleting => [.. running, new ContainerStopped(StopCause.FromInside, at), new SessionFinalised(at)],
            SlotPhase.Kept => [.. running, new ContainerStopped(StopCause.FromInside, at), new ContainerKept(at)],
            _ => throw new ArgumentOutOfRangeException(nameof(phase)),
        };
    }
}
