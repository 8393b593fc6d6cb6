using Akka.Actor;
using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Daemon.Incus;
using Coi.Daemon.Index;
using Coi.Daemon.Slots;
using Coi.Domain.Slots;
using Coi.Incus;

namespace Coi.Daemon.Api;

/// <summary><c>GET /v1/containers/{name}/outcome</c>: what became of a session after a client's terminal came back.</summary>
internal sealed class OutcomeEndpoint(ActorSystem system, ContainerIndex index, IncusClient incus, DaemonLifetime lifetime)
{
    private static readonly TimeSpan ProbeDeadline = TimeSpan.FromSeconds(10);
    // systemctl asks over D-Bus, which a system on its way down takes away early: no answer, or "unknown", then means stopping too.
    // A system without systemd says "offline" (systemctl(1), is-system-running).
    private const string Probe =
        """
        state=$(systemctl is-system-running 2>/dev/null)
        case $state in stopping) exit 3 ;; esac
        tmux has-session -t "=$1" 2>/dev/null && exit 0
        case $state in
            '' | unknown) command -v systemctl >/dev/null && exit 3 ;;
        esac
        exit 4
        """;
    private static readonly TimeSpan StopDeadline = TimeSpan.FromMinutes(3);

    /// <summary>Answers when it is known.</summary>
    public async Task AnswerAsync(HttpContext context, string name)
    {
        await using var stream = new NdjsonStream(context, system);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.Stopping);
        ending.CancelAfter(StopDeadline);
        try
        {
            switch (await index.LookUpAsync(name, ending.Token))
            {
                case IndexProtocol.Entry entry:
                    await stream.ResultAsync(await OutcomeAsync(stream, entry, ending.Token), ContractsJson.Default.SessionOutcome);
                    break;
                case IndexProtocol.Past past:
                    await stream.ResultAsync(new SessionOutcome("removed", past.Container, past.SessionId, SessionSaved: true, past.Cause?.Word()), ContractsJson.Default.SessionOutcome);
                    break;
                default:
                    await stream.ErrorAsync(ContainerBatch.Unknown(name));
                    break;
            }
        }
        catch (Exception ex) when (ex is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested)
        {
            await stream.ErrorAsync(ex is OperationCanceledException
                ? new Failure("outcome.unknown", $"what becomes of {name} is not known yet", "coi list")
                : IncusFailures.Explain(ex));
        }
    }

    private async Task<SessionOutcome> OutcomeAsync(NdjsonStream stream, IndexProtocol.Entry entry, CancellationToken cancellationToken)
    {
        var spec = entry.State.Spec ?? throw new InvalidOperationException("a container without a session");
        if (entry.State.HasRunningContainer() && await ProbeAsync(spec, cancellationToken) is { } alive)
            return new SessionOutcome(alive, spec.Container, spec.SessionId, SessionSaved: true);
        await stream.ProgressAsync(new Progress("stop", $"Waiting for {spec.Container} to stop"));
        entry.Actor.Tell(new SlotProtocol.AwaitEnd(stream.Self));
        await foreach (var message in stream.ReadAsync(cancellationToken))
        {
            if (message is SlotProtocol.State { Value: { Phase: var phase, Cause: var cause } })
                return new SessionOutcome(phase == SlotPhase.Kept ? "kept" : "removed", spec.Container, spec.SessionId, SessionSaved: true, cause?.Word());
        }

        throw new OperationCanceledException(cancellationToken);
    }

    // "running" while the terminal lives, "idle" when only the container does, null when the container is on its way down.
    private async Task<string?> ProbeAsync(LaunchSpec spec, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(ProbeDeadline);
        try
        {
            var request = new ExecRequest
            {
                Command = ["sh", "-c", Probe, "coi-outcome", SlotNames.TmuxSession(spec.Container)],
                User = spec.Uid,
                Group = spec.Gid,
                Environment = SessionScript.BaseEnvironment(),
                Cwd = "/",
            };
            var result = await incus.Exec.CaptureAsync(spec.Container, request, cancellationToken: deadline.Token);
            return result.ExitCode switch { 0 => "running", 4 => "idle", _ => null };
        }
        catch (Exception ex) when (ex is IncusException or IncusTimeoutException || (ex is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // A container that takes no command any more is stopping.
            return null;
        }
    }
}
