using Coi.Domain.Network;
using Coi.Domain.Slots;

namespace Coi.Domain.Tests.Slots;

/// <summary>Slots and inputs for tests; every state is reached by the decisions and events of a real life.</summary>
internal static class Slot
{
    public static readonly DateTimeOffset Start = new(2026, 2, 1, 10, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Now = Start.AddMinutes(1);
    public static readonly NetworkPlan Network = new("coi0123456789ab", "coi-9dad1e4e-1", "10.213.4.8/29", 1500);
    public static readonly Failure Broken = new("image.missing", "there is no image");

    public static LaunchSpec Spec(bool persistent = false, string session = "s1") => new()
    {
        Container = "coi-9dad1e4e-1",
        Slot = 1,
        Workspace = "/home/user/project",
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

    /// <summary>A slot in a phase; a persistent one in its second launch, so that it reuses its container.</summary>
    public static SlotState In(SlotPhase phase, bool persistent = false)
    {
        var state = persistent ? After(SlotState.Initial, [.. ToRunning(persistent), .. ToKept]) : SlotState.Initial;
        return phase switch
        {
            SlotPhase.Free => SlotState.Initial,
            SlotPhase.Preparing => After(state, new Launch(Spec(persistent))),
            SlotPhase.Starting => After(state, [.. ToRunning(persistent)[..2]]),
            SlotPhase.Running => After(state, ToRunning(persistent)),
            SlotPhase.Stopping => After(state, [.. ToRunning(persistent), Shutdown]),
            SlotPhase.Stopped => After(state, [.. ToRunning(persistent), Poweroff()]),
            SlotPhase.Deleting => After(state, [.. ToRunning(persistent), Kill, new EffectDone(SlotEffect.Stop), new EffectDone(SlotEffect.Finalise)]),
            SlotPhase.Kept => After(SlotState.Initial, [.. ToRunning(persistent: true), .. ToKept]),
            _ => throw new ArgumentOutOfRangeException(nameof(phase)),
        };
    }

    public static readonly End Shutdown = new(Force: false, Remove: false, 60);
    public static readonly End Kill = new(Force: true, Remove: true, 0);

    public static InstanceStopped Poweroff(DateTimeOffset? when = null) => new(StopCause.FromInside, when ?? Now);

    public static SlotState After(SlotState state, params ISlotInput[] inputs) => inputs.Aggregate(state, (s, input) => Step(s, input, Start).State);

    public static (SlotState State, IReadOnlyList<ISlotEvent> Events) Step(SlotState state, ISlotInput input, DateTimeOffset now)
    {
        var events = SlotLifecycle.Decide(state, input, now);
        return (events.Aggregate(state, SlotLifecycle.Apply), events);
    }

    /// <summary>What an effect reports when it went well.</summary>
    public static ISlotInput Success(SlotEffect effect) => effect == SlotEffect.Provision ? new ProvisionDone(Network) : new EffectDone(effect);

    /// <summary>Every effect goes well until nothing is left to do.</summary>
    public static SlotState Settle(SlotState state)
    {
        for (var steps = 0; SlotLifecycle.NextEffect(state) is { } effect; steps++)
        {
            if (steps > 8) throw new InvalidOperationException($"does not come to rest: {state.Phase}");
            var (next, events) = Step(state, Success(effect), Now);
            if (events.Count == 0) throw new InvalidOperationException($"{effect} done changes nothing in {state.Phase}");
            state = next;
        }

        return state;
    }

    private static ISlotInput[] ToRunning(bool persistent) => [new Launch(Spec(persistent)), new ProvisionDone(Network), new EffectDone(SlotEffect.Start)];

    private static readonly ISlotInput[] ToKept = [Poweroff(), new EffectDone(SlotEffect.Finalise)];
}
