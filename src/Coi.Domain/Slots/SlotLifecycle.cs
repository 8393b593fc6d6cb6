namespace Coi.Domain.Slots;

/// <summary>
/// The life of a slot as three pure functions: <see cref="Decide"/> turns an input into events, <see cref="Apply"/> adds an event to the
/// state, <see cref="NextEffect"/> derives what to do from the state. Recovery replays the events and asks for the next effect: a crash
/// only repeats a step.
/// </summary>
public static class SlotLifecycle
{
    // Seconds that a session whose time is up has for a clean end.
    private const int GraceAtTheEnd = 60;

    /// <summary>Events that follow from an input; none when it changes nothing.</summary>
    public static IReadOnlyList<ISlotEvent> Decide(SlotState state, ISlotInput input, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(state);
        return input switch
        {
            Launch launch => state.Phase switch
            {
                SlotPhase.Free => [new LaunchRequested(launch.Spec, Reuses: false, now, launch.By)],
                // A command's container is removed at its end: it must not be one that somebody keeps.
                SlotPhase.Kept when launch.Spec.Run => [],
                // What was kept once stays kept: only a wish for its removal ends it. It is also what it was made from.
                SlotPhase.Kept => [new LaunchRequested(launch.Spec with { Persistent = true, Image = state.Spec?.Image ?? launch.Spec.Image }, Reuses: true, now, launch.By)],
                _ => [],
            },
            ChangePolicy change => state.Phase == SlotPhase.Running && state.Spec?.Policy != change.Policy ? [new PolicyChanged(change.Policy, now, change.By)] : [],
            Keep keep => InLaunch(state) || state.Phase == SlotPhase.Running ? Kept(state, keep, now) : [],
            ProvisionDone done => state.Phase == SlotPhase.Preparing ? [new Provisioned(done.Network, now)] : [],
            EffectDone done => Outcome(state, done.Effect, now),
            LaunchStepFailed failed => InLaunch(state) ? [new LaunchFailed(failed.Failure, now)] : [],
            End end => End(state, end, now),
            InstanceStarted started => state is { Phase: SlotPhase.Kept, RunsUnasked: false } && started.When > state.StoppedAt ? [new ContainerFoundRunning(now)] : [],
            InstanceStopped stopped => stopped.When < state.LaunchedAt ? [] : Stopped(state, stopped.Cause, now),
            InstanceDeleted deleted => deleted.When < state.LaunchedAt ? [] : Gone(state, now),
            InstanceObserved observed => Observed(state, observed, now),
            TimeIsUp up => state.Phase == SlotPhase.Running && state.EndsAt == up.EndsAt && now >= up.EndsAt
                ? [new StopRequested(Force: false, Remove: false, GraceAtTheEnd, now, StopCause.TimeUp)]
                : [],
            Adopt adopt => state.Phase == SlotPhase.Free ? [new ContainerAdopted(adopt.Spec, adopt.Network, now, EndOf(adopt.Spec, adopt.Since ?? now))] : [],
            Restore { Spec: { } spec, Network: { } network } restore => [new ContainerAdopted(spec, network, now, EndOf(spec, restore.Since ?? now))],
            Restore => state.Spec is null ? [new SlotFreed(now)] : Lost(now),
            Recovered => InLaunch(state)
                ? [new LaunchFailed(new Failure("launch.interrupted", "the daemon was interrupted while it started the session", "Start it again with `coi shell`"), now)]
                : [],
            _ => throw new InvalidOperationException($"{input.GetType().Name} is not handled by {nameof(Decide)}"),
        };
    }

    /// <summary>The state after an event; total and without side effects.</summary>
    public static SlotState Apply(SlotState state, ISlotEvent evt)
    {
        ArgumentNullException.ThrowIfNull(state);
        return evt switch
        {
            LaunchRequested e => new SlotState
            {
                Phase = SlotPhase.Preparing,
                Spec = e.Spec,
                Reused = e.Reuses,
                Network = e.Reuses ? state.Network : null,
                CreatedAt = e.Reuses ? state.CreatedAt : e.At,
                LaunchedAt = e.At,
                RunsUnasked = e.Reuses && state.RunsUnasked,
            },
            Provisioned e => state with { Phase = SlotPhase.Starting, Network = e.Network },
            SessionStarted e => state with { Phase = SlotPhase.Running, EndsAt = e.EndsAt, RunsUnasked = false },
            LaunchFailed e => Undo(state, e.Failure),
            ContainerPersisted => state with { Spec = state.Spec is { } spec ? spec with { Persistent = true } : null, Unmarked = true },
            ContainerMarked => state with { Unmarked = false },
            PolicyChanged e => state with { Spec = state.Spec is { } spec ? spec with { Policy = e.Policy } : null, Unpoliced = true },
            PolicyApplied => state with { Unpoliced = false },
            ContainerFoundRunning => state with { RunsUnasked = true },
            StopRequested e => state with { Phase = state is { Phase: SlotPhase.Kept, RunsUnasked: false } ? SlotPhase.Deleting : SlotPhase.Stopping, Stop = e, RunsUnasked = false },
            // The next session brings its own policy, and with it the network up to date.
            ContainerStopped e => state with
            {
                Phase = state.Phase == SlotPhase.Kept ? SlotPhase.Kept : SlotPhase.Stopped,
                Cause = e.Cause,
                StoppedAt = e.At,
                RunsUnasked = false,
                Unpoliced = false,
            },
            SessionFinalised => state with { Phase = SlotPhase.Deleting },
            ContainerKept => state with { Phase = SlotPhase.Kept, Stop = null, EndsAt = null, Unmarked = false },
            SlotFreed => SlotState.Initial with { Failure = state.Failure, Cause = state.Cause },
            ContainerAdopted e => new SlotState { Phase = SlotPhase.Running, Spec = e.Spec, Network = e.Network, CreatedAt = e.At, LaunchedAt = e.At, EndsAt = e.EndsAt },
            _ => throw new InvalidOperationException($"{evt.GetType().Name} is not handled by {nameof(Apply)}"),
        };
    }

    /// <summary>What to do next; null when the slot waits for somebody.</summary>
    public static SlotEffect? NextEffect(SlotState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Phase switch
        {
            SlotPhase.Preparing => SlotEffect.Provision,
            SlotPhase.Starting => SlotEffect.Start,
            SlotPhase.Running when state.Unpoliced => SlotEffect.Police,
            SlotPhase.Running when state.Unmarked => SlotEffect.Mark,
            SlotPhase.Stopping => SlotEffect.Stop,
            SlotPhase.Stopped => SlotEffect.Finalise,
            SlotPhase.Deleting => SlotEffect.Remove,
            _ => null,
        };
    }

    private static bool InLaunch(SlotState state) => state.Phase is SlotPhase.Preparing or SlotPhase.Starting;

    // A kept container outlives a failed start: it is only stopped again, and not even that when it ran before and nothing was begun in it.
    private static SlotState Undo(SlotState state, Failure failure) => state switch
    {
        { Reused: false } => state with { Phase = SlotPhase.Deleting, Failure = failure },
        { RunsUnasked: true, Phase: SlotPhase.Preparing } => state with { Phase = SlotPhase.Stopped, Failure = failure },
        _ => state with { Phase = SlotPhase.Stopping, Failure = failure, RunsUnasked = false },
    };

    private static IReadOnlyList<ISlotEvent> Kept(SlotState state, Keep keep, DateTimeOffset now) => state.Spec?.Persistent == false ? [new ContainerPersisted(now, keep.By)] : [];

    private static IReadOnlyList<ISlotEvent> Outcome(SlotState state, SlotEffect effect, DateTimeOffset now) => (effect, state.Phase) switch
    {
        (SlotEffect.Start, SlotPhase.Starting) => [new SessionStarted(now, EndOf(state.Spec, now))],
        (SlotEffect.Police, SlotPhase.Running) when state.Unpoliced => [new PolicyApplied(now)],
        (SlotEffect.Mark, SlotPhase.Running) when state.Unmarked => [new ContainerMarked(now)],
        (SlotEffect.Stop, SlotPhase.Stopping) => [new ContainerStopped(CauseOf(state), now)],
        (SlotEffect.Finalise, SlotPhase.Stopped) => state.RemovesWhenStopped ? [new SessionFinalised(now)] : [new ContainerKept(now)],
        (SlotEffect.Remove, SlotPhase.Deleting) => [new SlotFreed(now)],
        _ => [],
    };

    private static IReadOnlyList<ISlotEvent> End(SlotState state, End end, DateTimeOffset now) => state.Phase switch
    {
        SlotPhase.Running => [Request(state, end, now)],
        // Asking again only matters when it asks for more: force after grace, remove after keep.
        SlotPhase.Stopping when (end.Force && state.Stop?.Force != true) || (end.Remove && state.Stop?.Remove != true) => [Request(state, end, now)],
        // It has stopped, and would be kept.
        SlotPhase.Stopped when end.Remove && !state.RemovesWhenStopped => [Request(state, end, now)],
        SlotPhase.Kept when end.Remove => [Request(state, end, now)],
        // A kept container would outlive its cancelled start, so the wish for its removal must be remembered.
        SlotPhase.Preparing or SlotPhase.Starting when state.Reused && end.Remove => [Cancelled(now), Request(state, end, now)],
        SlotPhase.Preparing or SlotPhase.Starting => [Cancelled(now)],
        _ => [],
    };

    private static LaunchFailed Cancelled(DateTimeOffset now) =>
        new(new Failure("launch.cancelled", "the session was ended while it was being started"), now);

    // Wishes add up: who asks for force does not take back that another asked for removal.
    private static StopRequested Request(SlotState state, End end, DateTimeOffset now) =>
        new(end.Force || state.Stop?.Force == true, end.Remove || state.Stop?.Remove == true, end.TimeoutSeconds, now, state.Stop?.Cause, end.By);

    // What was asked for first is the cause, whoever becomes impatient later.
    private static StopCause CauseOf(SlotState state) => state.Stop?.Cause ?? StopCause.Requested;

    private static DateTimeOffset? EndOf(LaunchSpec? spec, DateTimeOffset since) => spec?.Limits?.MaxDuration is { } duration ? since + duration : null;

    private static IReadOnlyList<ISlotEvent> Stopped(SlotState state, StopCause cause, DateTimeOffset now) => state.Phase switch
    {
        SlotPhase.Running => [new ContainerStopped(cause, now)],
        SlotPhase.Kept when state.RunsUnasked => [new ContainerStopped(cause, now)],
        SlotPhase.Stopping => [new ContainerStopped(CauseOf(state), now)],
        SlotPhase.Starting => [new LaunchFailed(new Failure("launch.stopped", "the container stopped while the session was being started", "coi daemon logs"), now)],
        _ => [],
    };

    // A deleted container cannot be kept: the session is finalised, then what is left of its network goes.
    private static IReadOnlyList<ISlotEvent> Gone(SlotState state, DateTimeOffset now) => state.Phase switch
    {
        SlotPhase.Running or SlotPhase.Stopping => Lost(now),
        SlotPhase.Stopped when !state.RemovesWhenStopped => Lost(now),
        SlotPhase.Kept => [new StopRequested(Force: true, Remove: true, 0, now, StopCause.Deleted)],
        _ => [],
    };

    private static IReadOnlyList<ISlotEvent> Lost(DateTimeOffset now) =>
        [new StopRequested(Force: true, Remove: true, 0, now), new ContainerStopped(StopCause.Deleted, now)];

    private static IReadOnlyList<ISlotEvent> Observed(SlotState state, InstanceObserved observed, DateTimeOffset now) =>
        !observed.Exists ? Gone(state, now)
        : !observed.Running && (state.Phase == SlotPhase.Running || state.RunsUnasked) ? Stopped(state, StopCause.WhileAway, now)
        : observed.Running && state is { Phase: SlotPhase.Kept, RunsUnasked: false } ? [new ContainerFoundRunning(now)]
        : [];
}
