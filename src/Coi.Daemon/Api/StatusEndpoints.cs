using Akka.Actor;
using Akka.Hosting;
using Coi.Contracts;
using Coi.Daemon.Containers;
using Coi.Daemon.History;
using Coi.Daemon.Hosting;
using Coi.Daemon.Incus;
using Coi.Daemon.Index;
using Coi.Daemon.Journal;
using Coi.Daemon.Reconciliation;
using Coi.Daemon.Sessions;
using Coi.Daemon.Slots;
using Coi.Incus;

namespace Coi.Daemon.Api;

/// <summary>Routes about the daemon and about everything at once.</summary>
internal sealed class StatusEndpoints(
    ContainerIndex index,
    NamedContainers launched,
    JournalHistory journal,
    JournalHealth journalHealth,
    IRequiredActor<ReconcilerActor> reconciler,
    SessionStore sessions,
    IncusClient incus,
    IncusHealth health,
    DaemonHome home,
    DaemonLifetime lifetime)
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
                ReconciledAt = report.Completed ? report.At : null,
                ReconciledWhy = report.Completed ? report.Why : null,
                Reconciled = report.Completed ? new ReconciledCounts(report.Wanted, report.Found) : null,
                JournalProblem = (await Task.Run(journalHealth.Probe, context.RequestAborted))?.ToProblem(),
                JournalsSetAside = JournalRescue.SetAside(home.Journal),
                Failed =
                [
                    .. containers.Where(entry => entry.Failure?.Code == SlotProtocol.FailedCode)
                        .Select(entry => new FailedContainer(entry.State.Spec?.Container ?? "", entry.Failure?.ToProblem() ?? new Problem(SlotProtocol.FailedCode, ""))),
                ],
            },
            ContractsJson.Default.DaemonStatus);
    }

    /// <summary><c>GET /v1/list</c>; answered from memory, or with <c>?at=</c> from the journal. Only "there is nothing" is not said without a word with Incus.</summary>
    public async Task ListAsync(HttpContext context)
    {
        if (await HistoryEndpoints.MomentAsync(context, "at") is not var (moment, _)) return;
        if (moment is { } past)
        {
            var states = await Task.Run(() => journal.At(past, context.RequestAborted), context.RequestAborted);
            await ApiResults.JsonAsync(context, new Listing([.. states.Select(state => state.ToSummary(state.Failure)).OfType<ContainerSummary>()], null), ContractsJson.Default.Listing);
            return;
        }

        var all = await index.AllAsync(context.RequestAborted);
        var containers = all.Entries;
        if (containers.Count == 0 && (await health.AskAsync(context.RequestAborted)).Failure is { } failure)
        {
            await ApiResults.ProblemAsync(context, 503, failure.ToProblem());
            return;
        }

        var saved = context.Request.Query["all"] == "true" ? await Task.Run(() => Saved(containers), context.RequestAborted) : null;
        await ApiResults.JsonAsync(context, new Listing(all.ToSummaries(), saved, await launched.ListAsync(context.RequestAborted)), ContractsJson.Default.Listing);
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
