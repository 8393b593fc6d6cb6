using Coi.Domain.Network;
using Coi.Domain.Slots;
using CsCheck;
using Xunit;

namespace Coi.Domain.Tests.Slots;

public sealed class SlotLifecycleProperties
{
    private static readonly Gen<DateTimeOffset> Moments = Gen.Int[-5, 120].Select(s => Slot.Start.AddSeconds(s));

    private static readonly Gen<ISlotInput> Inputs = Gen.OneOf<ISlotInput>(
        Gen.Bool.Select(p => (ISlotInput)new Launch(Slot.Spec(p))),
        Gen.Const<ISlotInput>(new ProvisionDone(Slot.Network)),
        Gen.Enum<SlotEffect>().Select(e => (ISlotInput)new EffectDone(e)),
        Gen.Const<ISlotInput>(new LaunchStepFailed(Slot.Broken)),
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Int[0, 60]).Select((force, remove, seconds) => (ISlotInput)new End(force, remove, seconds)),
        Moments.Select(w => (ISlotInput)Slot.Poweroff(w)),
        Moments.Select(w => (ISlotInput)new InstanceDeleted(w)),
        Gen.Select(Gen.Bool, Gen.Bool).Select((exists, running) => (ISlotInput)new InstanceObserved(exists, exists && running)),
        Gen.Bool.Select(p => (ISlotInput)new Adopt(Slot.Spec(p), Slot.Network)),
        Gen.Const<ISlotInput>(new Keep()),
        Gen.Enum<NetworkMode>().Select(mode => (ISlotInput)new ChangePolicy(new NetworkPolicy { Mode = mode })),
        Moments.Select(w => (ISlotInput)new InstanceStarted(w)),
        Gen.Const<ISlotInput>(new Recovered()));

    // Half of the time the effect that is due goes well: pure noise would seldom get as far as running.
    private static readonly Gen<ISlotInput?[]> Lives = Gen.OneOf(Inputs.Select(i => (ISlotInput?)i), Gen.Int[0, 0].Select(_ => (ISlotInput?)null)).Array[0, 40];

    [Fact]
    public void No_life_reaches_an_illegal_state() => Lives.Sample(life => Live(life).All(step => Illegal(step.State) is null), iter: 20_000);

    [Fact]
    public void Replaying_the_events_gives_the_same_state() => Lives.Sample(life =>
    {
        var journal = new List<ISlotEvent>();
        return Live(life).All(step =>
        {
            journal.AddRange(step.Events);
            return journal.Aggregate(SlotState.Initial, SlotLifecycle.Apply) == step.State;
        });
    });

    [Fact]
    public void Every_effect_that_goes_well_leads_on() => Lives.Sample(life => Live(life).All(step =>
        SlotLifecycle.NextEffect(step.State) is not { } effect || SlotLifecycle.Decide(step.State, Slot.Success(effect), Slot.Now).Count > 0));

    [Fact]
    public void An_ephemeral_container_ends_in_a_free_slot_however_it_ends() => Lives.Sample(life => Live(life).All(step =>
        step.State.Spec?.Persistent != false
        || (step.State.Phase != SlotPhase.Kept && Rest(step.State) == SlotPhase.Free)));

    [Fact]
    public void A_container_that_was_kept_ends_kept_unless_its_removal_was_asked_for_or_it_is_gone() => Lives.Sample(life => Live(life).All(step =>
        !step.State.Reused || step.State.RemovesWhenStopped || step.State.Phase == SlotPhase.Deleting || Rest(step.State) == SlotPhase.Kept));

    [Fact]
    public void A_daemon_that_starts_again_finishes_or_undoes_whatever_was_half_done() => Lives.Sample(life => Live(life).All(step =>
    {
        var recovered = Slot.Settle(Slot.After(step.State, new Recovered()));
        return recovered.Phase is SlotPhase.Free or SlotPhase.Running or SlotPhase.Kept
            && (recovered.Phase == SlotPhase.Running) == (step.State.Phase == SlotPhase.Running);
    }));

    // Stopped from inside when it runs, then every effect goes well.
    private static SlotPhase Rest(SlotState state)
    {
        var settled = Slot.Settle(state);
        return settled.Phase == SlotPhase.Running ? Slot.Settle(Slot.After(settled, Slot.Poweroff())).Phase : settled.Phase;
    }

    private static IEnumerable<(SlotState State, IReadOnlyList<ISlotEvent> Events)> Live(ISlotInput?[] life)
    {
        var (state, now) = (SlotState.Initial, Slot.Start);
        foreach (var planned in life)
        {
            now = now.AddSeconds(1);
            var input = planned ?? (SlotLifecycle.NextEffect(state) is { } effect ? Slot.Success(effect) : null);
            if (input is null) continue;
            (state, var events) = Slot.Step(state, input, now);
            yield return (state, events);
        }
    }

    private static string? Illegal(SlotState state) => state switch
    {
        { Phase: SlotPhase.Free, Spec: not null } => "a free slot holds nothing",
        { Phase: not SlotPhase.Free, Spec: null } => "a taken slot knows what for",
        { Phase: SlotPhase.Starting or SlotPhase.Running or SlotPhase.Stopping or SlotPhase.Stopped or SlotPhase.Kept, Network: null } => "no container without its network",
        { Phase: SlotPhase.Preparing or SlotPhase.Starting or SlotPhase.Running, Failure: not null } => "what failed does not go on",
        { Phase: SlotPhase.Preparing or SlotPhase.Starting or SlotPhase.Running or SlotPhase.Kept, Stop: not null } => "what is to stop does not go on",
        { RunsUnasked: true, Phase: not (SlotPhase.Kept or SlotPhase.Preparing or SlotPhase.Starting or SlotPhase.Stopped) } => "only a kept container runs unasked",
        { Unpoliced: true, Phase: not (SlotPhase.Running or SlotPhase.Stopping) } => "what does not run has no policy to change",
        { Unmarked: true, Spec.Persistent: not true } => "what is not kept is not to be marked",
        { Unmarked: true, Phase: SlotPhase.Kept } => "a kept container says so",
        { Phase: SlotPhase.Kept, RemovesWhenStopped: true } => "what was to be removed is kept",
        _ => null,
    };
}
