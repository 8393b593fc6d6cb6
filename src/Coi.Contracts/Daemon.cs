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
}

/// <summary>Answer of <c>POST /v1/stop</c>: the daemon is about to end; sessions go on.</summary>
/// <param name="Pid">Process id of the daemon that ends.</param>
public sealed record Stopping(int Pid);

/// <summary>Names in the protocol between <c>coi</c> and <c>coid</c>.</summary>
public static class Protocol
{
    /// <summary>Request and response header that carries the sender's version. A daemon that is older than its caller answers
    /// 426 with problem <see cref="DaemonOlder"/>; the caller then asks it to stop and starts its own.</summary>
    public const string VersionHeader = "Coi-Version";

    /// <summary>Problem code of a daemon that is older than its caller.</summary>
    public const string DaemonOlder = "daemon.older";

    /// <summary>The only accepted <c>Host</c> header; anything else comes from a browser or a rebinding attack.</summary>
    public const string Host = "coid";

    /// <summary>Media type of streamed answers.</summary>
    public const string Ndjson = "application/x-ndjson";
}
