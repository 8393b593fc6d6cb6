using Akka.Actor;
using Akka.Event;
using Coi.Daemon.Incus;
using Coi.Domain.Network;
using Coi.Domain.Slots;

namespace Coi.Daemon.Network;

/// <summary>
/// Keeps the allowlist of one running container true: has its names asked for again when their answers have had their time, opens new addresses
/// at once and closes old ones an interval later. Lives while the container runs, whether or not anybody is attached.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "An actor's end is PostStop; the source is disposed there.")]
internal sealed class NetworkPolicyActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Soonest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(1);

    private readonly string _container;
    private readonly IAllowlistUpdater _updater;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private LaunchSpec _spec;

    public NetworkPolicyActor(LaunchSpec spec, NetworkPlan plan, string kind, IAllowlistUpdater updater, TimeProvider time)
    {
        (_container, _updater, _time, _spec) = (spec.Container, updater, time, spec);
        Receive<Follow>(follow =>
        {
            _spec = follow.Spec;
            Begin();
        });
        Receive<Refresh>(_ =>
        {
            var refreshed = _spec;
            _updater.RefreshAsync(refreshed, plan, kind, _stopping.Token)
                .PipeTo(Self, success: due => new Refreshed(refreshed, due), failure: ex => new NotRefreshed(refreshed, ex));
        });
        // What came of an earlier policy says nothing about when this one is due.
        Receive<Refreshed>(done =>
        {
            if (done.Due is { } due && ReferenceEquals(done.Spec, _spec)) Arm(Later(due - _time.GetUtcNow(), Soonest));
        });
        Receive<NotRefreshed>(failed =>
        {
            if (!ReferenceEquals(failed.Spec, _spec)) return;
            _log.Warning("The allowlist of {Container} could not be refreshed: {Reason}", _container, IncusFailures.Explain(failed.Error).Message);
            Arm(AfterFailure);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Begin();

    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    // After a daemon's restart what is left of the time counts, not a new interval. A clock that was set back does not stop it.
    private void Begin()
    {
        Timers.Cancel(Refresh.Instance);
        if (!_spec.Policy.IsRefreshed) return;
        var left = _updater.Due(_container) - _time.GetUtcNow() ?? TimeSpan.Zero;
        Arm(left <= TimeSpan.FromMinutes(_spec.Policy.RefreshMinutes) ? Later(left, TimeSpan.Zero) : TimeSpan.Zero);
    }

    private void Arm(TimeSpan delay) => Timers.StartSingleTimer(Refresh.Instance, Refresh.Instance, delay);

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>Another policy is in force; it may be one that has nothing to refresh.</summary>
    /// <param name="Spec">The container with its policy.</param>
    internal sealed record Follow(LaunchSpec Spec) : INoSerializationVerificationNeeded;

    private sealed record Refresh : INotInfluenceReceiveTimeout, IDeadLetterSuppression, INoSerializationVerificationNeeded
    {
        public static Refresh Instance { get; } = new();
    }

    private sealed record Refreshed(LaunchSpec Spec, DateTimeOffset? Due) : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    private sealed record NotRefreshed(LaunchSpec Spec, Exception Error) : IDeadLetterSuppression, INoSerializationVerificationNeeded;
}
