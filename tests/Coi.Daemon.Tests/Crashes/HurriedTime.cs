namespace Coi.Daemon.Tests.Crashes;

/// <summary>Time whose timers come so many times sooner, so that a deadline of minutes is seen to end.</summary>
internal sealed class HurriedTime(int times) : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Sooner(dueTime), Sooner(period));

    private TimeSpan Sooner(TimeSpan span) => span < TimeSpan.Zero ? span : span / times;
}
