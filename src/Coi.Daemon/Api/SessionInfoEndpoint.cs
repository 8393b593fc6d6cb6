using Coi.Contracts;
using Coi.Daemon.Configuration;
using Coi.Daemon.Hosting;
using Coi.Daemon.Index;
using Coi.Daemon.Sessions;
using Coi.Daemon.Tools;
using Coi.Domain;

namespace Coi.Daemon.Api;

/// <summary><c>GET /v1/session</c>: one saved session, looked at closely.</summary>
internal sealed class SessionInfoEndpoint(SessionStore sessions, ContainerIndex index, ProcessOwner owner)
{
    /// <summary>Answers it.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        var (id, workspace) = (context.Request.Query["id"].ToString(), context.Request.Query["workspace"].ToString());
        var live = await index.LiveSessionsAsync(context.RequestAborted);
        // Files: off the request's thread.
        var (info, problem) = await Task.Run(() => Find(id, workspace, live), context.RequestAborted);
        if (info is not null) await ApiResults.JsonAsync(context, info, ContractsJson.Default.SessionInfo);
        else await ApiResults.ProblemAsync(context, 404, problem ?? new Problem("session.not_found", "session not found"));
    }

    private (SessionInfo? Info, Problem? Problem) Find(string id, string workspace, IReadOnlyDictionary<string, string> live)
    {
        var lookup = id.Length > 0 ? sessions.FindAnywhere(id) : sessions.FindLatest(workspace);
        return lookup switch
        {
            SessionLookup.Found found => (Describe(found.Session, live.GetValueOrDefault(found.Session.Id)), null),
            SessionLookup.Missing missing => (null, missing.Failure.ToProblem()),
            _ => throw new InvalidOperationException($"{lookup.GetType().Name} is not handled"),
        };
    }

    private SessionInfo Describe(SavedSession session, string? container) => new()
    {
        Id = session.Id,
        Tool = session.Tool,
        Workspace = session.Workspace,
        Container = session.ContainerName,
        Persistent = session.Persistent,
        SavedAt = session.SavedAt,
        Path = session.Directory,
        HasConversation = Tools().Find(session.Tool) is { } tool && sessions.HasConversation(tool, session.Id),
        DataBytes = sessions.SizeOf(session),
        Slot = session.Metadata?.Slot,
        Image = session.Metadata?.Image,
        Network = session.Metadata?.Network,
        ForkedFrom = session.Metadata?.ForkedFrom,
        LiveIn = container,
        Warning = session.Warning,
    };

    // The tools of the user's own files; where those cannot be read, those that come with coi.
    private ToolCatalog Tools()
    {
        try
        {
            return ConfigurationLoader.Load(new ConfigurationRequest { Home = owner.HomeDirectory }) is ConfigurationResult.Loaded loaded ? loaded.Tools() : ToolCatalog.BuiltIn;
        }
        catch (FailureException)
        {
            return ToolCatalog.BuiltIn;
        }
    }
}
