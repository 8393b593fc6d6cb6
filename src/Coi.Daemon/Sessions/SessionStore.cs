using System.Globalization;
using Coi.Contracts;
using Coi.Domain.Tools;
using Coi.Domain.Workspaces;

namespace Coi.Daemon.Sessions;

/// <summary>
/// The sessions under <c>~/.coi/sessions-&lt;tool&gt;/&lt;id&gt;/</c>: metadata and the tool's state directories, which are mounted
/// into the container. A container can write to those, so everything in them is reached through <see cref="UnixDirectory"/>.
/// </summary>
internal sealed partial class SessionStore(string home, TimeProvider time)
{
    private const string Prefix = "sessions-";

    /// <summary>Every session of every tool, newest first.</summary>
    public IReadOnlyList<SavedSession> List()
    {
        if (!Directory.Exists(home))
            return [];
        return
        [
            .. Directory.EnumerateDirectories(home, Prefix + "*")
                .SelectMany(directory => ListTool(directory, Path.GetFileName(directory)[Prefix.Length..]))
                .OrderByDescending(session => session.SavedAtTime)
                .ThenBy(session => session.Id, StringComparer.Ordinal),
        ];
    }

    /// <summary>
    /// The newest session of a workspace: one with a conversation if there is any, else one that was only opened.
    /// <paramref name="eligible"/> leaves sessions out, such as those that are live.
    /// </summary>
    public SessionLookup FindNewest(string workspace, ToolDefinition tool, Func<SavedSession, bool>? eligible = null)
    {
        var candidates = List().Where(session => session.Tool == tool.Name && BelongsTo(session, workspace) && eligible?.Invoke(session) != false).ToList();
        var newest = candidates.FirstOrDefault(session => FindConversation(tool, session.Id) is not null) ?? candidates.FirstOrDefault();
        return newest is not null
            ? new SessionLookup.Found(newest)
            : Missing("session.none", $"no previous session to resume in {workspace}", "start one with `coi shell`; `coi list --all` shows those of other workspaces");
    }

    /// <summary>The session that was saved last in a workspace, whatever its tool.</summary>
    public SessionLookup FindLatest(string workspace) => List().FirstOrDefault(session => BelongsTo(session, workspace)) is { } latest
        ? new SessionLookup.Found(latest)
        : Missing("session.none", $"no sessions of {workspace}", "`coi list --all` shows those of other workspaces");

    /// <summary>The session of any workspace with this id, or with the only id that begins so.</summary>
    public SessionLookup FindAnywhere(string idOrPrefix) => Matching(idOrPrefix) switch
    {
        [] => NotFound(idOrPrefix),
        [var session] => new SessionLookup.Found(session),
        var several => Ambiguous(idOrPrefix, several),
    };

    /// <summary>The session of a workspace with this id, or with the only id that begins so.</summary>
    public SessionLookup Find(string idOrPrefix, string workspace)
    {
        var matches = Matching(idOrPrefix);
        if (matches.Count == 0)
            return NotFound(idOrPrefix);
        var own = matches.Where(session => BelongsTo(session, workspace)).ToList();
        return own switch
        {
            [var session] => new SessionLookup.Found(session),
            [] => Missing(
                "session.other_workspace",
                $"session '{idOrPrefix}' belongs to another workspace ({(matches[0].Workspace is { Length: > 0 } other ? other : "unknown")})",
                "resume it from there, or with --workspace"),
            _ => Ambiguous(idOrPrefix, own),
        };
    }

    /// <summary>The session with exactly this id, of whatever workspace; null when there is none.</summary>
    public SavedSession? Get(string id) => SessionId.IsValid(id) ? List().FirstOrDefault(session => session.Id == id) : null;

    /// <summary>Writes a session's metadata; its directory is made where it is absent.</summary>
    /// <exception cref="ProblemException">The directory cannot be written.</exception>
    public void Save(string tool, SessionMetadata metadata) => Do($"save session {metadata.SessionId}", () =>
    {
        using var root = OpenOrCreateRoot(tool);
        using var session = root.OpenOrCreateDirectory(Checked(metadata.SessionId));
        MetadataFile.Write(session, metadata with { Tool = tool, SavedAt = Local(metadata.SavedAt), CreatedAt = metadata.CreatedAt is { } created ? Local(created) : null });
        return true;
    });

    /// <summary>Removes a session with everything in it. Absent is done.</summary>
    /// <exception cref="ProblemException">Something of it cannot be removed.</exception>
    public void Delete(string tool, string id) => Do($"delete session {id}", () =>
    {
        using var root = UnixDirectory.TryOpenTrusted(RootOf(tool));
        root?.Delete(Checked(id));
        return true;
    });

    /// <summary>The tool's own id of the newest conversation of a session; null when nothing was said in it yet.</summary>
    public string? FindConversation(ToolDefinition tool, string id)
    {
        using var root = UnixDirectory.TryOpenTrusted(RootOf(tool.Name));
        using var session = root?.TryOpenDirectory(Checked(id));
        return session is null ? null : TranscriptFinder.Newest(session, tool);
    }

    /// <summary>Whether a session can be resumed with something in it.</summary>
    public bool HasConversation(ToolDefinition tool, string id) => FindConversation(tool, id) is not null;

    /// <summary>Path of a session's directory.</summary>
    public string DirectoryOf(string tool, string id) => Path.Combine(RootOf(tool), Checked(id));

    private static List<SavedSession> ListTool(string path, string tool)
    {
        try
        {
            using var root = UnixDirectory.TryOpenTrusted(path);
            return root is null ? [] : [.. root.Names().Where(SessionId.IsValid).Select(id => TryRead(root, id, tool)).OfType<SavedSession>()];
        }
        catch (IOException)
        {
            // Another user's, or gone again: nothing that could be resumed.
            return [];
        }
    }

    private static SavedSession? TryRead(UnixDirectory root, string id, string tool)
    {
        try
        {
            using var directory = root.TryOpenDirectory(id);
            return directory is null ? null : Read(directory, id, tool, root.Stat(id)?.Modified ?? default);
        }
        catch (IOException)
        {
            // Not a directory of ours, or gone again: no session.
            return null;
        }
    }

    private static SavedSession Read(UnixDirectory directory, string id, string tool, DateTimeOffset modified)
    {
        var (metadata, warning) = MetadataFile.Read(directory, id);
        var known = metadata is not null && metadata.SavedAt != DateTimeOffset.MinValue;
        var time = known && metadata is not null ? metadata.SavedAt : modified;
        return new SavedSession
        {
            Id = id,
            Tool = tool,
            Directory = directory.Path,
            SavedAt = known ? MetadataFile.Stamp(time) : time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
            SavedAtTime = time,
            Metadata = metadata,
            Warning = warning,
        };
    }

    // Metadata of old may lack the workspace; the container's name carries its hash.
    private static bool BelongsTo(SavedSession session, string workspace)
    {
        if (session.Workspace.Length > 0)
            return Path.TrimEndingDirectorySeparator(session.Workspace) == Path.TrimEndingDirectorySeparator(workspace);
        return session.ContainerName.Split('-') is [.., var hash, _] && hash == WorkspaceHash.Of(workspace).Value;
    }

    private static T Do<T>(string action, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProblemException(new Problem("session.files", $"cannot {action}: {e.Message}", "check the owner of, and the space for, ~/.coi"), e);
        }
    }

    private DateTimeOffset Local(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, time.LocalTimeZone);

    private static string Checked(string id) =>
        SessionId.IsValid(id) ? id : throw new ArgumentException($"'{id}' is not a session id", nameof(id));

    private List<SavedSession> Matching(string idOrPrefix)
    {
        var wanted = idOrPrefix.ToLowerInvariant();
        return SessionId.IsPrefix(wanted) ? [.. List().Where(session => session.Id.StartsWith(wanted, StringComparison.Ordinal))] : [];
    }

    private static SessionLookup.Missing NotFound(string idOrPrefix) =>
        Missing("session.not_found", $"session not found: {idOrPrefix}", "`coi list --all` shows the saved sessions");

    private static SessionLookup.Missing Ambiguous(string prefix, List<SavedSession> sessions) => Missing(
        "session.ambiguous", $"'{prefix}' begins the ids of {sessions.Count} sessions: {string.Join(", ", sessions.Select(s => s.Id))}", "give more of the id");

    private static SessionLookup.Missing Missing(string code, string message, string hint) => new(new Failure(code, message, hint));

    private string RootOf(string tool) => Path.Combine(home, Prefix + tool);

    private UnixDirectory OpenOrCreateRoot(string tool) => UnixDirectory.OpenOrCreatePrivate(RootOf(tool));
}
