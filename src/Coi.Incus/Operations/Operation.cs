using System.Text.Json;

namespace Coi.Incus;

/// <summary>A background operation of Incus.</summary>
public sealed record Operation
{
    private static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> NoResources =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary><c>task</c>, <c>websocket</c> or <c>token</c>.</summary>
    public string Class { get; init; } = "task";

    /// <summary>What it does, in English.</summary>
    public string Description { get; init; } = "";

    /// <summary>When it began.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Its state in English; decide on <see cref="StatusCode"/>.</summary>
    public string Status { get; init; } = "";

    /// <summary>Its state: 1xx is under way, 200 done, 400 failed, 401 cancelled.</summary>
    public int StatusCode { get; init; }

    /// <summary>Paths of the objects that it concerns, by kind.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Resources { get; init; } = NoResources;

    /// <summary>What it has to say: progress, results, websocket secrets.</summary>
    public JsonElement Metadata { get; init; }

    /// <summary>Whether it may be cancelled just now.</summary>
    public bool MayCancel { get; init; }

    /// <summary>Incus' words about its failure, empty when it did not fail.</summary>
    public string Err { get; init; } = "";

    internal static Operation Read(JsonElement json)
    {
        JsonFields.Object(json);
        return new Operation
        {
            Id = json.Text("id") ?? throw new JsonException("an operation without an id"),
            Class = json.Text("class") ?? "task",
            Description = json.Text("description") ?? "",
            CreatedAt = json.Time("created_at"),
            UpdatedAt = json.Time("updated_at"),
            Status = json.Text("status") ?? "",
            StatusCode = json.Number("status_code"),
            Resources = json.Field("resources") is { ValueKind: JsonValueKind.Object } resources ? ReadResources(resources) : NoResources,
            Metadata = json.Field("metadata") ?? default,
            MayCancel = json.Truth("may_cancel"),
            Err = json.Text("err") ?? "",
        };
    }

    private static Dictionary<string, IReadOnlyList<string>> ReadResources(JsonElement resources) => resources.EnumerateObject().ToDictionary(
        kind => kind.Name,
        IReadOnlyList<string> (kind) => kind.Value.ValueKind == JsonValueKind.Array ? [.. kind.Value.EnumerateArray().Select(path => path.ToString())] : [],
        StringComparer.Ordinal);

    /// <summary>It has ended, one way or another.</summary>
    public bool IsFinished => StatusCode >= 200;

    /// <summary>It has ended well.</summary>
    public bool IsSuccess => StatusCode is >= 200 and < 300;

    /// <summary>A text value of its metadata, null when it has none of that name.</summary>
    public string? MetadataText(string name) =>
        Metadata.ValueKind == JsonValueKind.Object
        && Metadata.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
