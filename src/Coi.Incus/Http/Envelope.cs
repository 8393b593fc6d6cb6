using System.Text.Json;

namespace Coi.Incus;

/// <summary>What every Incus answer is wrapped in.</summary>
internal sealed record Envelope
{
    /// <summary><c>sync</c>, <c>async</c> or <c>error</c>.</summary>
    public string? Type { get; init; }

    public int StatusCode { get; init; }

    /// <summary>The path of the operation of an asynchronous answer.</summary>
    public string? Operation { get; init; }

    public int ErrorCode { get; init; }

    public string? Error { get; init; }

    public JsonElement Metadata { get; init; }

    /// <summary>The ETag header of the answer, for a later conditional change.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string? ETag { get; init; }
}
