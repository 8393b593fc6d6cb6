namespace Coi.Contracts;

/// <summary>Starts a session: <c>POST /v1/sessions</c>, answered by a stream whose result is <see cref="StartedSession"/>.</summary>
public sealed record StartSessionRequest
{
    /// <summary>Absolute path of the workspace on the host, symbolic links not resolved.</summary>
    public required string Workspace { get; init; }

    /// <summary>Slot number; 0 asks for the lowest free one.</summary>
    public int Slot { get; init; }

    /// <summary>Keep the container after it stops; null takes what the configuration or the resumed session says.</summary>
    public bool? Persistent { get; init; }

    /// <summary>Null for a new conversation, <c>auto</c> for the newest one of this workspace, else a session id.</summary>
    public string? Resume { get; init; }

    /// <summary>Go on with a copy of the session under a new id; the session itself stays as it is, and may be live.</summary>
    public bool Fork { get; init; }

    /// <summary>Local image alias; null takes the configured one.</summary>
    public string? Image { get; init; }

    /// <summary>Profile of the configuration to apply.</summary>
    public string? Profile { get; init; }

    /// <summary>Network mode <c>restricted</c>, <c>allowlist</c> or <c>open</c>; null takes the configured one.</summary>
    public string? Network { get; init; }

    /// <summary>Environment variables for the tool, on top of the configured ones. Values are never journaled.</summary>
    public IReadOnlyList<EnvironmentVariable> Environment { get; init; } = [];

    /// <summary>Mounts beside the workspace, on top of the configured ones.</summary>
    public IReadOnlyList<RequestedMount> Mounts { get; init; } = [];

    /// <summary>Start <c>bash</c> instead of the tool.</summary>
    public bool Debug { get; init; }

    /// <summary>
    /// A container for one command of the caller's, without tool or conversation: the caller runs it there through Incus and ends the
    /// container; it ends itself when the caller is gone.
    /// </summary>
    public bool Run { get; init; }

    /// <summary>Who asks, and from what environment.</summary>
    public required ClientContext Client { get; init; }
}

/// <summary>An environment variable; the value may hold anything but a NUL.</summary>
/// <param name="Name">Name of the variable.</param>
/// <param name="Value">Its value.</param>
public sealed record EnvironmentVariable(string Name, string Value);

/// <summary>A mount that a flag asks for.</summary>
/// <param name="Flag">The flag: the directory of <c>--storage</c> is made when it is missing, that of <c>--mount</c> must exist.</param>
/// <param name="Host">Absolute path on the host.</param>
/// <param name="Container">Its place in the container.</param>
/// <param name="ReadOnly">Whether it can only be read there.</param>
public sealed record RequestedMount(string Flag, string Host, string Container, bool ReadOnly);

/// <summary>What of the caller's surroundings the daemon needs; the daemon's own environment is never used in its place.</summary>
public sealed record ClientContext
{
    /// <summary>Variables of the caller that change coi's behaviour: <c>COI_*</c>, <c>CLAUDE_ON_INCUS_*</c>, <c>TERM</c>, <c>LANG</c>, <c>TZ</c>.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Width of the caller's terminal in columns; 0 when there is none.</summary>
    public int Columns { get; init; }

    /// <summary>Height of the caller's terminal in rows; 0 when there is none.</summary>
    public int Rows { get; init; }
}

/// <summary>A session whose tool is running.</summary>
public sealed record StartedSession
{
    /// <summary>Id of the session (UUID).</summary>
    public required string SessionId { get; init; }

    /// <summary>Name of the container.</summary>
    public required string Container { get; init; }

    /// <summary>Slot number, 1 or more.</summary>
    public required int Slot { get; init; }

    /// <summary>Absolute path of the workspace on the host.</summary>
    public required string Workspace { get; init; }

    /// <summary>Name of the tool.</summary>
    public required string Tool { get; init; }

    /// <summary>Whether the container is kept after it stops.</summary>
    public required bool Persistent { get; init; }

    /// <summary>Whether an earlier conversation is continued.</summary>
    public required bool Resumed { get; init; }

    /// <summary>Image alias that the container was made from.</summary>
    public required string Image { get; init; }

    /// <summary>Network mode in force.</summary>
    public required string Network { get; init; }

    /// <summary>Things that the user should know, such as a slot that was taken; one line each.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>How to attach to the session's terminal.</summary>
    public required AttachTarget Attach { get; init; }
}

/// <summary>How a client reaches the terminal of a session, directly through Incus.</summary>
public sealed record AttachTarget
{
    /// <summary>Name of the container.</summary>
    public required string Container { get; init; }

    /// <summary>Slot number.</summary>
    public required int Slot { get; init; }

    /// <summary>Id of the session.</summary>
    public required string SessionId { get; init; }

    /// <summary>Incus project.</summary>
    public required string Project { get; init; }

    /// <summary>Path of the Incus Unix socket.</summary>
    public required string IncusSocket { get; init; }

    /// <summary>Name of the tmux session inside.</summary>
    public required string TmuxSession { get; init; }

    /// <summary>Uid of the session's user inside.</summary>
    public required int Uid { get; init; }

    /// <summary>Gid of the session's user inside.</summary>
    public required int Gid { get; init; }

    /// <summary>Working directory inside.</summary>
    public required string Cwd { get; init; }

    /// <summary>Environment for whatever is executed inside as the session's user (HOME, USER, LANG …).</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the container is running; only then can one attach.</summary>
    public required bool Running { get; init; }
}

/// <summary>
/// What became of a session after a client's terminal came back: <c>GET /v1/containers/{name}/outcome</c>, answered by a stream
/// whose result this is. The daemon tells a detach from a shutdown and, for a shutdown, answers when everything is settled.
/// </summary>
/// <param name="State"><c>running</c> (detached, the tmux session lives), <c>idle</c> (the container runs, the tmux session has ended),
/// <c>kept</c> (persistent, stopped) or <c>removed</c>.</param>
/// <param name="Container">Name of the container.</param>
/// <param name="SessionId">Id of the session.</param>
/// <param name="SessionSaved">Whether the conversation can be resumed.</param>
/// <param name="Cause">Why the container stopped, such as <c>time_up</c>; null when it did not or nobody knows.</param>
public sealed record SessionOutcome(string State, string Container, string SessionId, bool SessionSaved, string? Cause = null);
