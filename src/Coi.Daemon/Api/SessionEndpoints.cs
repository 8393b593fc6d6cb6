using Akka.Actor;
using Akka.Hosting;
using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Daemon.Incus;
using Coi.Daemon.Slots;
using Coi.Daemon.Workspaces;
using Coi.Domain.Workspaces;
using Coi.Incus;

namespace Coi.Daemon.Api;

/// <summary><c>POST /v1/sessions</c>.</summary>
internal sealed class SessionEndpoints(
    ActorSystem system, IRequiredActor<WorkspacesActor> workspaces, SessionLaunch launch, IncusClient incus, DaemonLifetime lifetime)
{
    // Longer than all deadlines of a launch together.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    /// <summary>Starts a session and streams how it goes.</summary>
    public async Task StartAsync(HttpContext context)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.StartSessionRequest) is not { } request) return;
        await using var stream = new NdjsonStream(context, system);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.Stopping);
        ending.CancelAfter(Deadline);
        PreparedLaunch? prepared = null;
        var steps = new Steps(stream);
        try
        {
            await steps.ReportAsync(new Progress("session", $"Preparing {(request.Run ? "a container for" : "a session in")} {request.Workspace}"));
            prepared = await launch.PrepareAsync(request, ending.Token);
            workspaces.ActorRef.Tell(prepared.Command(stream.Self, Peer.Of(context)));
            var end = await FollowAsync(stream, steps, prepared, ending.Token);
            // From here on the session stands, whether or not the client still reads: `coi list` shows it.
            var undecided = prepared;
            prepared = null;
            await AnswerAsync(stream, undecided, end);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Ctrl-C, or a client that was killed: nobody would know of this session.
            Abandon(prepared, stream);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested && !lifetime.Stopping.IsCancellationRequested)
        {
            Abandon(prepared, stream);
            await stream.ErrorAsync(new Failure(
                "launch.timeout", $"{steps.Last}: not done {Deadline.TotalMinutes:0} min after the request; it is given up", "Look at the load of the machine and at `coi daemon logs`, then try again"));
        }
        catch (Exception ex)
        {
            await stream.ErrorAsync(lifetime.Stopping.IsCancellationRequested
                ? new Failure("daemon.stopping", "the daemon was stopped while the session was being started", "Start it again with `coi shell`")
                : IncusFailures.Explain(ex));
        }
    }

    // Passes progress on until the slot has decided: Started or NotStarted.
    private static async Task<(object Answer, List<string> Notices)> FollowAsync(NdjsonStream stream, Steps steps, PreparedLaunch prepared, CancellationToken cancellationToken)
    {
        var notices = prepared.Notices.ToList();
        await foreach (var message in stream.ReadAsync(cancellationToken))
        {
            switch (message)
            {
                case Progress { Step: Progress.Notice } notice:
                    notices.Add(notice.Message);
                    break;
                case Progress progress:
                    await steps.ReportAsync(progress);
                    break;
                case WorkspaceProtocol.Allocated { Notice: { } notice }:
                    notices.Add(notice);
                    await steps.ReportAsync(new Progress("slot", notice));
                    break;
                case SlotProtocol.Started or SlotProtocol.NotStarted:
                    return (message, notices);
            }
        }

        throw new OperationCanceledException(cancellationToken);
    }

    private void Abandon(PreparedLaunch? prepared, NdjsonStream stream)
    {
        if (prepared is { Spec: var spec }) workspaces.ActorRef.Tell(new WorkspaceProtocol.AbandonSession(WorkspaceHash.Of(spec.Workspace), spec.SessionId, stream.Self, ActorRefs.Nobody));
    }

    private async Task AnswerAsync(NdjsonStream stream, PreparedLaunch prepared, (object Answer, List<string> Notices) end)
    {
        switch (end.Answer)
        {
            case SlotProtocol.Started { Value: { Spec: { } spec } state }:
                if (spec.Image != prepared.Spec.Image)
                    end.Notices.Add($"{spec.Container} was made from image {spec.Image} and is used as it is; `coi kill {spec.Container}` first makes one from {prepared.Spec.Image}");
                await stream.ResultAsync(state.ToStarted(spec, end.Notices, prepared.Environment, incus), ContractsJson.Default.StartedSession);
                break;
            case SlotProtocol.NotStarted failed:
                await launch.DiscardAsync(prepared);
                await stream.ErrorAsync(failed.Failure);
                break;
        }
    }

    // Remembers what is being done, for whoever has to say where it got stuck.
    private sealed class Steps(NdjsonStream stream)
    {
        public string Last { get; private set; } = "";

        public Task ReportAsync(Progress progress)
        {
            Last = progress.Message;
            return stream.ProgressAsync(progress);
        }
    }
}
