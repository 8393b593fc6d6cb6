using Coi.Domain.Slots;
using Coi.Domain.Tools;

namespace Coi.Daemon.Sessions;

internal sealed partial class SessionStore
{
    /// <summary>
    /// Makes a session's state directories and brings the host's credentials and settings into them. Repeating it is
    /// harmless. What the tool has written there is merged, never lost; a conversation that can be resumed is found.
    /// </summary>
    /// <exception cref="Coi.Contracts.ProblemException">The directories cannot be made.</exception>
    public PreparedSession Prepare(SessionPreparation preparation) => Do($"prepare session {preparation.SessionId}", () => PrepareDirectories(preparation));

    private PreparedSession PrepareDirectories(SessionPreparation preparation)
    {
        var (tool, id) = (preparation.Tool, preparation.SessionId);
        using var root = OpenOrCreateRoot(tool.Name);
        using var session = root.OpenOrCreateDirectory(Checked(id));
        var notices = new List<string>();
        var mounts = new List<StateMount>();
        foreach (var state in tool.StateDirectories)
        {
            using var directory = OpenOrCreate(session, state);
            new StateImport(preparation, state, directory, notices).Run();
            var device = mounts.Count == 0 ? "state" : $"state-{mounts.Count}";
            mounts.Add(new StateMount(device, Path.Combine(session.Path, state.Path), $"{preparation.ContainerHome}/{state.Path}"));
        }
        var conversation = TranscriptFinder.Newest(session, tool);
        if (conversation is null)
            SetStubAside(session, preparation, notices);
        return new PreparedSession { Directory = session.Path, State = mounts, ToolSessionId = conversation, Notices = notices };
    }

    private static UnixDirectory OpenOrCreate(UnixDirectory session, StateDirectory state)
    {
        var directory = session.OpenOrCreateDirectory(state.Parts[0]);
        foreach (var part in state.Parts[1..])
        {
            using var parent = directory;
            directory = parent.OpenOrCreateDirectory(part);
        }
        return directory;
    }

    private static void SetStubAside(UnixDirectory session, SessionPreparation preparation, List<string> notices)
    {
        try
        {
            TranscriptFinder.SetStubAside(session, preparation.Tool, preparation.SessionId);
        }
        catch (IOException e)
        {
            notices.Add($"earlier transcripts were left alone: {e.Message}");
        }
    }
}
