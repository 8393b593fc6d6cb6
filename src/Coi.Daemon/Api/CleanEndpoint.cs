using Akka.Actor;
using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Daemon.Incus;
using Coi.Daemon.Journal;
using Coi.Domain;

namespace Coi.Daemon.Api;

/// <summary><c>POST /v1/clean</c>.</summary>
internal sealed class CleanEndpoint(ActorSystem system, CleanPlan plan, JournalHealth journal, DaemonLifetime lifetime)
{
    /// <summary>Finds what was asked for, removes it unless it is a dry run, and says what became of each.</summary>
    public async Task CleanAsync(HttpContext context)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.CleanRequest) is not { } request) return;
        await using var stream = new NdjsonStream(context, system);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.Stopping);
        try
        {
            await stream.ProgressAsync(new Progress("look", "Looking for what can be removed"));
            // History must be able to tell what becomes of things: nothing is removed while nothing can be written down.
            if (!request.DryRun && await Task.Run(journal.Probe, ending.Token) is { } unwritable) throw new FailureException(unwritable);
            var agreed = request.Only?.ToHashSet();
            var found = (await plan.FindAsync(request, ending.Token)).Where(removal => agreed?.Contains(new CleanKey(removal.Kind, removal.Name)) != false);
            var items = new List<CleanItem>();
            foreach (var removal in found)
            {
                if (!request.DryRun) await stream.ProgressAsync(new Progress("remove", $"Removing {removal.Kind} {removal.Name}"));
                items.Add(request.DryRun ? Item(removal, "found") : await RemoveAsync(removal, ending.Token));
            }

            await stream.ResultAsync(new CleanReport(items), ContractsJson.Default.CleanReport);
        }
        catch (Exception ex) when (ex is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested)
        {
            await stream.ErrorAsync(lifetime.Stopping.IsCancellationRequested
                ? new Failure("daemon.stopping", "the daemon was stopped before everything was removed", "Run it again")
                : IncusFailures.Explain(ex));
        }
    }

    // One that cannot be removed does not keep the others.
    private static async Task<CleanItem> RemoveAsync(Removal removal, CancellationToken cancellationToken)
    {
        try
        {
            await removal.RemoveAsync(cancellationToken);
            return Item(removal, "removed");
        }
        catch (Exception ex) when (ex is not OperationCanceledException)
        {
            return Item(removal, "failed") with { Problem = IncusFailures.Explain(ex).ToProblem() };
        }
    }

    private static CleanItem Item(Removal removal, string state) => new(removal.Kind, removal.Name, removal.Detail, state);
}
