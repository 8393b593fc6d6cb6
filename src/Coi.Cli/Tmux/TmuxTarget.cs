using Coi.Cli.Terminals;
using Coi.Contracts;

namespace Coi.Cli.Tmux;

/// <summary>A tmux session in a container, and how it is reached there.</summary>
/// <param name="At">The container, and the user whose tmux server it is.</param>
/// <param name="User">That user's name.</param>
internal sealed record TmuxTarget(AttachTarget At, string User)
{
    /// <summary>Name of the container.</summary>
    public string Container => At.Container;

    /// <summary>Name of the session.</summary>
    public string Name => At.TmuxSession;

    /// <summary>Names the session exactly: without "=" tmux takes any that begins so.</summary>
    public string Session => "=" + Name;

    /// <summary>Names the session's active pane; the colon says that it is a session that is named.</summary>
    public string Pane => Session + ":";

    /// <summary>A way in as that user.</summary>
    public Inside Open() => new(At);
}

/// <summary>A tmux session as its server describes it.</summary>
/// <param name="Target">Where it is.</param>
/// <param name="Attached">How many terminals show it.</param>
/// <param name="Windows">How many windows it has.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record TmuxSession(TmuxTarget Target, int Attached, int Windows, DateTimeOffset CreatedAt);
