using System.Globalization;
using Coi.Contracts;
using Coi.Daemon.Containers;
using Coi.Daemon.History;
using Coi.Daemon.Index;
using Coi.Domain.History;
using Coi.Domain.Slots;

namespace Coi.Daemon.Api;

/// <summary>Routes about the past.</summary>
internal sealed class HistoryEndpoints(JournalHistory journal, ContainerIndex index, NamedContainers named)
{
    /// <summary><c>GET /v1/history</c>.</summary>
    public async Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var (workspace, container, session) = ((string?)query["workspace"], (string?)query["container"], (string?)query["session"]);
        if (await MomentAsync(context, "since") is not { } since || await MomentAsync(context, "until") is not { } until) return;
        var found = await Task.Run(
            () => journal.All(context.RequestAborted)
                .Where(e => workspace is null || e.Workspace == workspace)
                .Where(e => container is null || e.Container == container)
                .Where(e => session is null || e.SessionId?.StartsWith(session, StringComparison.Ordinal) == true)
                .Where(e => e.At >= (since.Moment ?? DateTimeOffset.MinValue) && e.At <= (until.Moment ?? DateTimeOffset.MaxValue))
                .ToList(),
            context.RequestAborted);
        await ApiResults.JsonAsync(context, new Contracts.History(found), ContractsJson.Default.History);
    }

    /// <summary><c>GET /v1/containers/{name}/why</c>.</summary>
    public async Task WhyAsync(HttpContext context, string name)
    {
        var entry = await index.FindAsync(name, context.RequestAborted);
        var steps = await Task.Run(() => journal.Steps(context.RequestAborted).Where(step => step.Spec?.Container == name).ToList(), context.RequestAborted);
        // Since the container was made: earlier ones of its name are history, not a reason.
        var begin = steps.FindLastIndex(step => step.Event is LaunchRequested { Reuses: false } or ContainerAdopted);
        if (begin < 0 && await NamedAsync(name, context.RequestAborted) is { } told)
        {
            await ApiResults.JsonAsync(context, told, ContractsJson.Default.Explanation);
            return;
        }

        if (begin < 0)
        {
            await ApiResults.ProblemAsync(context, 404, new Problem("container.unknown", $"there is and was no container '{name}' of this coi", "coi history"));
            return;
        }

        var failure = entry?.Failure;
        await ApiResults.JsonAsync(
            context,
            new Explanation(name, ContainerStory.Now(entry?.State ?? steps[^1].After, failure), [.. steps.Skip(begin).Select(step => step.ToHistory())], failure?.ToProblem()),
            ContractsJson.Default.Explanation);
    }

    // One that was launched by name; null when none was.
    private async Task<Explanation?> NamedAsync(string name, CancellationToken cancellationToken)
    {
        var told = await Task.Run(() => journal.All(cancellationToken).Where(e => e.Container == name).ToList(), cancellationToken);
        var begin = told.FindLastIndex(e => e.Event == ContainerRecorded.Launched);
        if (begin < 0) return null;
        var now = (await named.ListAsync(cancellationToken)).FirstOrDefault(container => container.Name == name);
        return new Explanation(name, now is null ? "does not exist any more" : $"is {now.Status.ToLowerInvariant()}", [.. told.Skip(begin)]);
    }

    /// <summary>A moment of the query; null, after answering 400, when it is not one.</summary>
    public static async Task<(DateTimeOffset? Moment, bool)?> MomentAsync(HttpContext context, string name)
    {
        if (context.Request.Query[name].ToString() is not { Length: > 0 } text) return (null, true);
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)) return (moment, true);
        await ApiResults.ProblemAsync(context, 400, new Problem("request.invalid", $"{name}={text} is not a moment", "Write it like 2026-02-01T10:00:00Z"));
        return null;
    }
}
