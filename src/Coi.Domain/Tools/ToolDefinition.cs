using System.Collections.Immutable;
using System.Text.Json;

namespace Coi.Domain.Tools;

/// <summary>Everything coi knows about an AI coding tool; data, not behaviour, read from a TOML file.</summary>
public sealed record ToolDefinition
{
    /// <summary>Name that users write and that <c>sessions-&lt;name&gt;</c> carries.</summary>
    public required string Name { get; init; }

    /// <summary>Program that is started inside the container.</summary>
    public required string Binary { get; init; }

    /// <summary>Arguments of the program for each way to start it.</summary>
    public required ToolArguments Arguments { get; init; }

    /// <summary>Directories under the user's home that hold the tool's state; each is mounted from the session's directory.</summary>
    public ImmutableArray<StateDirectory> StateDirectories { get; init; } = [];

    /// <summary>What is copied from the host's directory of the same name into a state directory.</summary>
    public ImmutableArray<ImportedEntry> Imports { get; init; } = [];

    /// <summary>The tool's settings file in the first state directory; null when it has none.</summary>
    public SettingsFile? Settings { get; init; }

    /// <summary>The file that normally lies beside the state directory and is kept inside it; null when there is none.</summary>
    public StateFile? StateFile { get; init; }

    /// <summary>Environment of the tool; <c>{home}</c> stands for the user's home inside.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Where the tool writes its conversations; null when they cannot be told apart.</summary>
    public Transcripts? Transcripts { get; init; }

    /// <summary>How the question whether to use an API key from the environment is answered beforehand.</summary>
    public ApiKeyApproval? ApiKeyApproval { get; init; }

    /// <summary>Name of the script under <c>images/tools/</c> that installs the tool into an image; null when coi has none.</summary>
    public string? InstallScript { get; init; }

    /// <summary>The tool's environment for a user whose home inside the container is <paramref name="home"/>.</summary>
    public ImmutableSortedDictionary<string, string> EnvironmentFor(string home) =>
        Environment.ToImmutableSortedDictionary(pair => pair.Key, pair => pair.Value.Replace("{home}", home, StringComparison.Ordinal), StringComparer.Ordinal);
}

/// <summary>Argument lists; <c>{session_id}</c>, <c>{tool_session_id}</c>, <c>{model}</c> and <c>{prompt}</c> are replaced.</summary>
/// <param name="New">For a new conversation.</param>
/// <param name="Resume">To go on with an earlier one.</param>
/// <param name="Headless">Added to either for one prompt without a terminal; empty when the tool cannot do that.</param>
/// <param name="Model">Added when a model is configured; empty when the tool takes none.</param>
public sealed record ToolArguments(ImmutableArray<string> New, ImmutableArray<string> Resume, ImmutableArray<string> Headless, ImmutableArray<string> Model);

/// <summary>A directory of the tool's state.</summary>
/// <param name="Path">Path relative to the user's home, such as <c>.claude</c> or <c>.local/share/opencode</c>.</param>
public sealed record StateDirectory(string Path)
{
    /// <summary>Parts of the path.</summary>
    public ImmutableArray<string> Parts => [.. Path.Split('/')];
}

/// <summary>How an entry of the host's directory is brought into the session's.</summary>
public enum ImportKind
{
    /// <summary>Copied when the session's copy is missing or older.</summary>
    Copy,

    /// <summary>A credential: the one that expires later wins, else the one written later.</summary>
    Credential,
}

/// <summary>A file, or with a trailing slash a directory, that is copied in from the host.</summary>
/// <param name="Path">Name inside the state directory.</param>
/// <param name="Kind">How it is brought in.</param>
/// <param name="Expiry">JSON path (dots) of the credential's expiry in milliseconds since 1970; null when it has none.</param>
/// <param name="Directory">The state directory it belongs into; null for the first.</param>
public sealed record ImportedEntry(string Path, ImportKind Kind, string? Expiry, string? Directory = null)
{
    /// <summary>Whether a whole directory is meant.</summary>
    public bool IsDirectory => Path.EndsWith('/');
}

/// <summary>A JSON settings file into which the sandbox's settings are merged.</summary>
/// <param name="Path">Name inside the state directory.</param>
/// <param name="Enforce">Settings that win over the user's.</param>
public sealed record SettingsFile(string Path, JsonElement Enforce);

/// <summary>A file of the tool's own state, in JSON or (<c>.toml</c>) in TOML, of which only named keys come from the host.</summary>
public sealed record StateFile
{
    /// <summary>Name inside the state directory.</summary>
    public required string Path { get; init; }

    /// <summary>The state directory it lies in; null for the first.</summary>
    public string? Directory { get; init; }

    /// <summary>Path on the host relative to the user's home.</summary>
    public required string HostPath { get; init; }

    /// <summary>Keys taken from the host when the session has none of its own.</summary>
    public ImmutableArray<string> HostKeys { get; init; } = [];

    /// <summary>Keys that belong to the credential: the host's value wins when the host's credential won.</summary>
    public ImmutableArray<string> CredentialKeys { get; init; } = [];

    /// <summary>Values for keys that neither the session nor the host has.</summary>
    public required JsonElement Default { get; init; }

    /// <summary>Values that always win.</summary>
    public required JsonElement Enforce { get; init; }
}

/// <summary>Where conversations lie.</summary>
/// <param name="Pattern">
/// Path inside the first state directory: <c>*</c> stands for any part of a name, <c>{id}</c> for the tool's own session id. Without an id the
/// tool itself has to find its newest conversation.
/// </param>
/// <param name="ConversationTypes">Values of <c>type</c> of which a transcript has at least one line, or nothing was said in it; empty when every file counts.</param>
public sealed record Transcripts(string Pattern, ImmutableArray<string> ConversationTypes);

/// <summary>Where the tool remembers that an API key of the environment may be used.</summary>
/// <param name="Variable">Name of the environment variable.</param>
/// <param name="Key">JSON path (dots) of the list in the state file.</param>
/// <param name="Tail">How many of the key's last characters are remembered.</param>
public sealed record ApiKeyApproval(string Variable, string Key, int Tail);
