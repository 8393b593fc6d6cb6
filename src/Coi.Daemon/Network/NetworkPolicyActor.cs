using Akka.Actor;
using Akka.Event;
using Coi.Daemon.Incus;
using Coi.Domain.Network;
using Coi.Domain.Slots;

namespace Coi.Daemon.Network;

/// <summary>
/// Keeps the allowlist of one running slot true: resolves its names at intervals, opens new addresses at once and closes old ones an
/// interval later. Lives below the slot while its container runs, whether or not anybody is attached.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "An actor's end is PostStop; the source is disposed there.")]
internal sealed class NetworkPolicyActor : ReceiveActor, IWithTimers
{
    private readonly LaunchSpec _spec;
    private readonly NetworkPlan _plan;
    private readonly IAllowlistUpdater _updater;
    private readonly TimeProvider _time;
    private readonly TimeSpan _interval;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ResolvedAllowlist? _current;

    public NetworkPolicyActor(LaunchSpec spec, NetworkPlan plan, IAllowlistUpdater updater, TimeProvider time)
    {
        _spec = spec;
        _plan = plan;
        _updater = updater;
        _time = time;
        _interval = TimeSpan.FromMinutes(spec.Policy.RefreshMinutes);
        Receive<Refresh>(_ => _updater.RefreshAsync(_spec, _plan, _current, _stopping.Token)
            .PipeTo(Self, success: names => new Refreshed(names), failure: ex => new NotRefreshed(ex)));
        Receive<Refreshed>(done =>
        {
            if (_current is not null && !done.Names.SameAs(_current)) _log.Info("The allowlist of {Container} has new addresses", _spec.Container);
            _current = done.Names;
            Arm(_interval);
        });
        Receive<NotRefreshed>(failed =>
        {
            _log.Warning("The allowlist of {Container} could not be refreshed: {Reason}", _spec.Container, IncusFailures.Explain(failed.Error).Message);
            Arm(_interval);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    // After a daemon's restart the rest of the interval counts, not a new one.
    protected override void PreStart()
    {
        var age = _updater.LastUpdate(_spec.Container) is { } last ? _time.GetUtcNow() - last : _interval;
        Arm(age >= TimeSpan.Zero && age < _interval ? _interval - age : TimeSpan.Zero);
    }

    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private void Arm(TimeSpan delay) => Timers.StartSingleTimer(Refresh.Instance, Refresh.Instance, delay);

    private sealed record Refresh : INotInfluenceReceiveTimeout, IDeadLetterSuppression, INoSerializationVerificationNeeded
    {
        public static Refresh Instance { get; } = new();
    }

    private sealed record Refreshed(ResolvedAllowlist Names) : IDeadLetterSuppression, INoSerializationVerificationNeeded;

    private sealed record NotRefreshed(Exception Error) : IDeadLetterSuppression, INoSerializationVerificationNeeded;
}

/// <summary>What the actor has done for it.</summary>
internal interface IAllowlistUpdater
{
    /// <summary>When the names were last resolved; null when they never were.</summary>
    DateTimeOffset? LastUpdate(string container);

    /// <summary>Resolves again and applies: the new addresses and, for one interval more, those of <paramref name="earlier"/>. Returns the new ones.</summary>
    Task<ResolvedAllowlist> RefreshAsync(LaunchSpec spec, NetworkPlan plan, ResolvedAllowlist? earlier, CancellationToken cancellationToken);
}
