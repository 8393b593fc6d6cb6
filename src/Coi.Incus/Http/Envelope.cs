using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coi.Incus;

/// <summary>What every Incus answer is wrapped in.</summary>
internal abstract record Wrapping
{
    /// <summary><c>sync</c>, <c>async</c> or <c>error</c>.</summary>
    public string? Type { get; init; }

    public int StatusCode { get; init; }

    /// <summary>The path of the operation of an asynchronous answer.</summary>
    public string? Operation { get; init; }

    public int ErrorCode { get; init; }

    public string? Error { get; init; }

    /// <summary>The ETag header of the answer, for a later conditional change.</summary>
    [JsonIgnore]
    public string? ETag { get; init; }
}

/// <summary>An answer whose content is read later, by who knows what it is.</summary>
internal sealed record Envelope : Wrapping
{
    public JsonElement Metadata { get; init; }

    public static Envelope Read(ReadOnlySpan<byte> json)
    {
        var answer = JsonFields.Object(JsonElement.Parse(json));
        return new Envelope
        {
            Type = answer.Text("type"),
            StatusCode = answer.Number("status_code"),
            Operation = answer.Text("operation"),
            ErrorCode = answer.Number("error_code"),
            Error = answer.Text("error"),
            Metadata = answer.Field("metadata") ?? default,
        };
    }
}

/// <summary>An answer that is a list, read as it comes: a thousand instances are megabytes, of which only one at a time has to be held as text.</summary>
internal sealed record Listed<T> : Wrapping
{
    public List<T>? Metadata { get; init; }
}
