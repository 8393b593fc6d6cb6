using Akka.Actor;
using Akka.Hosting;
using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Daemon.Incus;
using Coi.Daemon.Index;
using Coi.Daemon.Reconciliation;
using Coi.Daemon.Sessions;
using Coi.Incus;

namespace Coi.Daemon.Api;

/// <summary>Routes about the daemon and about everything at once.</summary>
internal sealed class StatusEndpoints(
    ContainerIndex index, IRequiredActor<ReconcilerActor> reconciler, SessionStore sessions, IncusClient incus, DaemonHome home, DaemonLifetime lifetime)
{
    private static readonly TimeSpan AskDeadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan IncusDeadline = TimeSpan.FromSeconds(3);

    /// <summary><c>GET /v1/status</c>.</summary>
    public async Task StatusAsync(HttpContext context)
    {
        var containers = await index.ListAsync(context.RequestAborted);
        var report = await reconciler.ActorRef.Ask<ReconcilerProtocol.Report>(ReconcilerProtocol.GetReport.Instance, AskDeadline, context.RequestAborted);
        var (version, problem) = await IncusAsync(context.RequestAborted);
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
                IncusProblem = problem,
                Containers = containers.Count,
                ResidentBytes = Environment.WorkingSet,
                Reconciliation = report.Lines,
            },
            ContractsJson.Default.DaemonStatus);
    }

    /// <summary><c>GET /v1/list</c>; answered from memory, without a call to Incus.</summary>
    public async Task ListAsync(HttpContext context)
    {
        var containers = await index.ListAsync(context.RequestAborted);
        var summaries = containers.Select(e => e.State.ToSummary(e.Failure ?? e.State.Failure)).OfType<ContainerSummary>().ToList();
        var saved = context.Request.Query["all"] == "true" ? await Task.Run(() => Saved(containers), context.RequestAborted) : null;
        await ApiResults.JsonAsync(context, new Listing(summaries, saved), ContractsJson.Default.Listing);
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

    private async Task<(string? Version, Problem? Problem)> IncusAsync(CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(IncusDeadline);
        try
        {
            var server = await incus.GetServerAsync(deadline.Token);
            return (server.Environment.ServerVersion, null);
        }
        catch (Exception ex) when (ex is IncusException or IncusUnavailableException or IncusTimeoutException)
        {
            return (null, IncusFailures.Explain(ex).ToProblem());
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, new Problem("incus.silent", $"Incus did not answer at {incus.SocketPath} within {IncusDeadline.TotalSeconds} s", "Look at Incus' log"));
        }
    }
}
