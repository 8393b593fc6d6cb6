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
    private readonly TimeSpan _interval;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public NetworkPolicyActor(LaunchSpec spec, NetworkPlan plan, string kind, IAllowlistUpdater updater, TimeProvider time)
    {
        (_container, _updater, _time, _interval) = (spec.Container, updater, time, TimeSpan.FromMinutes(spec.Policy.RefreshMinutes));
        Receive<Refresh>(_ => _updater.RefreshAsync(spec, plan, kind, _stopping.Token)
            .PipeTo(Self, success: due => new Refreshed(due), failure: ex => new NotRefreshed(ex)));
        Receive<Refreshed>(done =>
        {
            if (done.Due is { } due) Arm(Later(due - _time.GetUtcNow(), Soonest));
        });
        Receive<NotRefreshed>(failed =>
        {
            _log.Warning("The allowlist of {Container} could not be refreshed: {Reason}", _container, IncusFailures.Explain(failed.Error).Message);
            Arm(AfterFailure);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    // After a daemon's restart what is left of the time counts, not a new interval. A clock that was set back does not stop it.
    protected override void PreStart()
    {
        var left = _updater.Due(_container) - _time.GetUtcNow() ?? TimeSpan.Zero;
        Arm(left <= _interval ? Later(left, TimeSpan.Zero) : TimeSpan.Zero);
    }

    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private void Arm(TimeSpan delay) => Timers.StartSingleTimer(Refresh.Instance, Refresh.Instance, delay);

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private sealed record Refresh : INotInfluenceReceiveTimeout, IDeadLetterSuppression, INoSerializationVerificationNeeded
    {
        public static Refresh Instance { get; } = new();
    }

    private sealed record Refreshed(DateTimeOffset? Due) : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    private sealed record NotRefreshed(Exception Error) : IDeadLetterSuppression, INoSerializationVerificationNeeded;
}
