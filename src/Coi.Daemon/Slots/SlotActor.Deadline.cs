using Akka.Actor;
using Akka.Event;
using Coi.Domain.Slots;

namespace Coi.Daemon.Slots;

// The session's time: the end is an absolute moment in the journal, so a daemon that was away counts it once.
internal sealed partial class SlotActor
{
    private const string EndTimer = "time-is-up";
    private const string WarningTimer = "time-is-nearly-up";
    private static readonly TimeSpan Notice = TimeSpan.FromMinutes(5);

    // Far ends are looked at again once a day: timers take no more than a few weeks, and clocks are set.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(1);
    private static readonly TimeSpan WarningDeadline = TimeSpan.FromSeconds(30);
    private DateTimeOffset? _armed;

    private void WatchTime()
    {
        var end = _state.Phase == SlotPhase.Running ? _state.EndsAt : null;
        if (end == _armed) return;
        _armed = end;
        Timers.Cancel(EndTimer);
        Timers.Cancel(WarningTimer);
        if (end is not { } moment) return;
        Arm(EndTimer, new Deadline(moment), moment);
        // A session that is shorter than the notice is warned at half of what is left.
        var left = moment - _with.Time.GetUtcNow();
        if (left > TimeSpan.Zero) Arm(WarningTimer, new Nearly(moment), moment - (left > Notice * 2 ? Notice : left / 2));
    }

    private void Arm(string key, object message, DateTimeOffset moment)
    {
        var left = moment - _with.Time.GetUtcNow();
        Timers.StartSingleTimer(key, message, left < TimeSpan.Zero ? TimeSpan.Zero : left > LongestTimer ? LongestTimer : left);
    }

    private void EndInTime(Deadline deadline)
    {
        if (_armed != deadline.End) return;
        if (_with.Time.GetUtcNow() < deadline.End) Arm(EndTimer, deadline, deadline.End);
        else Decide(new TimeIsUp(deadline.End));
    }

    private void Warn(Nearly nearly)
    {
        var left = nearly.End - _with.Time.GetUtcNow();
        if (_armed != nearly.End || left <= TimeSpan.Zero || _state.Spec is not { } spec) return;
        if (left > Notice * 2)
        {
            Arm(WarningTimer, nearly, nearly.End - Notice);
            return;
        }

        var state = _state;
        var text = $"coi: this session ends in {(left < TimeSpan.FromMinutes(1) ? $"{Math.Ceiling(left.TotalSeconds)} s" : $"{Math.Round(left.TotalMinutes)} min")} (limits.max_duration)";
        _log.Info("Slot {Slot} of {Container}: {Left} left", _slot, spec.Container, left);
        _ = WarnAsync().PipeTo(Self, success: _ => new Warned(null), failure: ex => new Warned(ex.Message));

        async Task<bool> WarnAsync()
        {
            using var deadline = new CancellationTokenSource(WarningDeadline);
            await _with.Effects.WarnAsync(state, text, deadline.Token).ConfigureAwait(false);
            return true;
        }
    }

    private sealed record Deadline(DateTimeOffset End) : INotInfluenceReceiveTimeout, IDeadLetterSuppression, INoSerializationVerificationNeeded;

    private sealed record Nearly(DateTimeOffset End) : INotInfluenceReceiveTimeout, IDeadLetterSuppression, INoSerializationVerificationNeeded;

    private sealed record Warned(string? Failure) : IDeadLetterSuppression, INoSerializationVerificationNeeded;
}
