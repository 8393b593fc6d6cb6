using Akka.Actor;
using Akka.Hosting;
using Coi.Contracts;
using Coi.Daemon.Containers;
using Coi.Daemon.Hosting;
using Coi.Daemon.Incus;
using Coi.Daemon.Index;
using Coi.Daemon.Reconciliation;
using Coi.Daemon.Sessions;
using Coi.Incus;

namespace Coi.Daemon.Api;

/// <summary>Routes about the daemon and about everything at once.</summary>
internal sealed class StatusEndpoints(
    ContainerIndex index, NamedContainers launched, IRequiredActor<ReconcilerActor> reconciler, SessionStore sessions, IncusClient incus, IncusHealth health, DaemonHome home, DaemonLifetime lifetime)
{
    private static readonly TimeSpan AskDeadline = TimeSpan.FromSeconds(5);

    /// <summary><c>GET /v1/status</c>.</summary>
    public async Task StatusAsync(HttpContext context)
    {
        var containers = await index.ListAsync(context.RequestAborted);
        var report = await reconciler.ActorRef.Ask<ReconcilerProtocol.Report>(ReconcilerProtocol.GetReport.Instance, AskDeadline, context.RequestAborted);
        var (version, failure) = await health.AskAsync(context.RequestAborted);
        await ApiResults.JsonAsync(
            context,
            new DaemonStatus
            {
                Version = DaemonVersion.Text,
                Pid = Environment.ProcessId,
                StartedAt = lifetime.StartedAt,
                Home = home.Root,
                Journal = home.Journal,
                Log = home.Log,
                IncusSocket = incus.SocketPath,
                IncusVersion = version,
                IncusProblem = failure?.ToProblem(),
                Containers = containers.Count,
                ResidentBytes = Environment.WorkingSet,
                Reconciliation = report.Lines,
            },
            ContractsJson.Default.DaemonStatus);
    }

    /// <summary><c>GET /v1/list</c>; answered from memory. Only "there is nothing" is not said without a word with Incus.</summary>
    public async Task ListAsync(HttpContext context)
    {
        var containers = await index.ListAsync(context.RequestAborted);
        if (containers.Count == 0 && (await health.AskAsync(context.RequestAborted)).Failure is { } failure)
        {
            await ApiResults.ProblemAsync(context, 503, failure.ToProblem());
            return;
        }

        var summaries = containers.Select(e => e.State.ToSummary(e.Failure ?? e.State.Failure)).OfType<ContainerSummary>().ToList();
        var saved = context.Request.Query["all"] == "true" ? await Task.Run(() => Saved(containers), context.RequestAborted) : null;
        await ApiResults.JsonAsync(context, new Listing(summaries, saved, await launched.ListAsync(context.RequestAborted)), ContractsJson.Default.Listing);
    }

    /// <summary><c>POST /v1/stop</c>.</summary>
    public async Task StopAsync(HttpContext context)
    {
        await ApiResults.JsonAsync(context, new Stopping(Environment.ProcessId), ContractsJson.Default.Stopping);
        await context.Response.CompleteAsync();
        lifetime.Stop();
    }

    private List<SessionSummary> Saved(IReadOnlyList<IndexProtocol.Entry> containers)
    {
        var live = ContainerIndex.LiveSessions(containers);
        return [.. sessions.List().Select(s => new SessionSummary
        {
            Id = s.Id,
            SavedAt = s.SavedAt,
            Workspace = s.Workspace,
            Tool = s.Tool,
            LiveIn = live.GetValueOrDefault(s.Id),
        })];
    }
}
