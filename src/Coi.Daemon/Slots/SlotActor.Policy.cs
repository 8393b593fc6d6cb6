using Akka.Actor;
using Coi.Daemon.Hosting;
using Coi.Daemon.Network;
using Coi.Domain.Slots;

namespace Coi.Daemon.Slots;

// The network policy: changed while the container runs, and kept true.
internal sealed partial class SlotActor
{
    private const string PolicyChild = "network";
    private LaunchSpec? _followed;

    private void Police(SlotProtocol.PoliceContainer command)
    {
        if (_state is not { Phase: SlotPhase.Running, Spec: { } spec })
        {
            command.ReplyTo.Tell(new SlotProtocol.NotPoliced(command.Container, NotRunning(_state)));
            return;
        }

        var events = SlotLifecycle.Decide(_state, new ChangePolicy(command.To, command.By), _with.Time.GetUtcNow());
        if (events.Count > 0 && spec.Policy != command.From)
        {
            command.ReplyTo.Tell(new SlotProtocol.NotPoliced(command.Container, NetworkFailures.Changed(command.Container)));
        }
        else if (events.Count > 0 || _state.Unpoliced)
        {
            _policers.Add(command.ReplyTo);
            Commit(events);
        }
        else
        {
            command.ReplyTo.Tell(new SlotProtocol.Policed(command.Container, Changed: false));
        }
    }

    /// <summary>Why the policy of a container that does not run cannot be changed.</summary>
    internal static Failure NotRunning(SlotState state) => state switch
    {
        { Phase: SlotPhase.Kept, RunsUnasked: true } => new Failure(
            "network.not_running", $"{state.Spec?.Container} runs, but no session does: the next one's configuration decides on its network", "coi shell --network=MODE"),
        { Phase: SlotPhase.Preparing or SlotPhase.Starting } => new Failure("network.not_running", $"{state.Spec?.Container} is still being started", "Try again when it runs"),
        _ => new Failure(
            "network.not_running", $"{state.Spec?.Container} does not run: the configuration of the next session in it decides on its network", "coi shell --network=MODE"),
    };

    // An allowlist with names is kept up to date by a child for as long as the container runs, whoever started it. It stays when the mode changes and is only told
    // so: a child that is being stopped and one that begins could not have the same name.
    private void WatchPolicy()
    {
        var child = Context.Child(PolicyChild);
        var runs = _state is { Phase: SlotPhase.Running } or { Phase: SlotPhase.Kept, RunsUnasked: true };
        if (!runs || _state is not { Spec: { } spec, Network: { } plan })
        {
            _followed = null;
            if (!child.IsNobody()) Context.Stop(child);
            return;
        }

        // While a change is under way the old policy must not be put back, nor the new one half.
        if (_state.Unpoliced || ReferenceEquals(spec, _followed)) return;
        _followed = spec;
        if (!child.IsNobody()) child.Tell(new NetworkPolicyActor.Follow(spec));
        else if (spec.Policy.IsRefreshed) Context.ActorOf(Props.Create(() => new NetworkPolicyActor(spec, plan, OwnerKeys.Session, _with.Allowlists, _with.Time)), PolicyChild);
    }
}
