using System.Text.Json;

namespace Coi.Incus;

/// <summary>Which kinds of events to listen to.</summary>
[Flags]
public enum EventFilter
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>What became of objects: <c>instance-started</c>, <c>network-created</c>….</summary>
    Lifecycle = 1,

    /// <summary>What background operations report.</summary>
    Operation = 2,

    /// <summary>Incus' own log.</summary>
    Logging = 4,

    /// <summary>All of them.</summary>
    All = Lifecycle | Operation | Logging,
}

/// <summary>One event from Incus.</summary>
public sealed record IncusEvent
{
    /// <summary><c>lifecycle</c>, <c>operation</c> or <c>logging</c>.</summary>
    public required string Type { get; init; }

    /// <summary>When it happened, by Incus' clock.</summary>
    public DateTimeOffset Timestamp { get; init; }

    /// <summary>The project that it concerns.</summary>
    public string? Project { get; init; }

    /// <summary>The event's content as Incus sent it.</summary>
    public JsonElement Metadata { get; init; }

    /// <summary>The content of a lifecycle event, null for the other kinds.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public LifecycleEvent? Lifecycle { get; init; }
}

/// <summary>Something became of an object.</summary>
public sealed record LifecycleEvent
{
    /// <summary>What happened, such as <c>instance-shutdown</c>.</summary>
    public required string Action { get; init; }

    /// <summary>The path of the object, such as <c>/1.0/instances/web</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The name of the instance that it concerns, null when it concerns something else.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string? InstanceName => PathName.Instance(Source);

    /// <summary>More about it, as Incus sent it.</summary>
    public JsonElement Context { get; init; }
}
