namespace Coi.Contracts;

/// <summary>Answer of <c>GET /v1/status</c>.</summary>
public sealed record DaemonStatus
{
    /// <summary>Version of the daemon.</summary>
    public required string Version { get; init; }

    /// <summary>Process id.</summary>
    public required int Pid { get; init; }

    /// <summary>When it became ready.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Directory that holds everything coi keeps.</summary>
    public required string Home { get; init; }

    /// <summary>Path of the journal.</summary>
    public required string Journal { get; init; }

    /// <summary>Path of the log file.</summary>
    public required string Log { get; init; }

    /// <summary>Path of the Incus socket in use; null when none was found.</summary>
    public string? IncusSocket { get; init; }

    /// <summary>Version of the Incus server; null when it does not answer.</summary>
    public string? IncusVersion { get; init; }

    /// <summary>Why Incus does not answer; null when it does.</summary>
    public Problem? IncusProblem { get; init; }

    /// <summary>Number of containers that exist.</summary>
    public required int Containers { get; init; }

    /// <summary>Resident memory of the daemon in bytes.</summary>
    public required long ResidentBytes { get; init; }

    /// <summary>What the last reconciliation found and did, one line each; empty when everything was as it should be.</summary>
    public IReadOnlyList<string> Reconciliation { get; init; } = [];

    /// <summary>When that was; null when there was none since the daemon started.</summary>
    public DateTimeOffset? ReconciledAt { get; init; }

    /// <summary>What made it necessary.</summary>
    public string? ReconciledWhy { get; init; }

    /// <summary>How many containers the journal knew, and how many Incus had.</summary>
    public ReconciledCounts? Reconciled { get; init; }

    /// <summary>Why the journal cannot be written; null when it can.</summary>
    public Problem? JournalProblem { get; init; }

    /// <summary>Earlier journals that were damaged and set aside.</summary>
    public IReadOnlyList<string> JournalsSetAside { get; init; } = [];

    /// <summary>Containers that are left alone until they are recovered, each with the reason.</summary>
    public IReadOnlyList<FailedContainer> Failed { get; init; } = [];
}

/// <summary>What a reconciliation compared.</summary>
/// <param name="Journal">Containers that the journal knew.</param>
/// <param name="Incus">Containers of this coi that Incus had.</param>
public sealed record ReconciledCounts(int Journal, int Incus);

/// <summary>Answer of <c>POST /v1/stop</c>: the daemon is about to end; sessions go on.</summary>
/// <param name="Pid">Process id of the daemon that ends.</param>
public sealed record Stopping(int Pid);

/// <summary>Names in the protocol between <c>coi</c> and <c>coid</c>.</summary>
public static class Protocol
{
    /// <summary>Request and response header that carries the sender's version. A daemon that is older than its caller answers
    /// 426 with problem <see cref="DaemonOlder"/>; the caller then asks it to stop and starts its own.</summary>
    public const string VersionHeader = "Coi-Version";

    /// <summary>Request header of a caller that shows a person what <see cref="NoticeHeader"/> says.</summary>
    public const string TalksHeader = "Coi-Talks";

    /// <summary>Response header with something that the next person must hear, said once; percent-encoded.</summary>
    public const string NoticeHeader = "Coi-Notice";

    /// <summary>Problem code of a daemon that is older than its caller.</summary>
    public const string DaemonOlder = "daemon.older";

    /// <summary>The only accepted <c>Host</c> header; anything else comes from a browser or a rebinding attack.</summary>
    public const string Host = "coid";

    /// <summary>Media type of streamed answers.</summary>
    public const string Ndjson = "application/x-ndjson";
}
