namespace Coi.Incus;

/// <summary>How an <see cref="IncusClient"/> reaches Incus, and how long it waits.</summary>
public sealed record IncusClientOptions
{
    /// <summary>Path of the Unix socket; null means that <see cref="IncusSocket.Discover"/> finds it.</summary>
    public string? SocketPath { get; init; }

    /// <summary>The Incus project that all calls concern.</summary>
    public string Project { get; init; } = "default";

    /// <summary>How long one plain request may take.</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one background operation (create, start, publish…) may take.</summary>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long Incus may be making one network; what is pending after it was left half made. The longest that was seen is 10 s, with a
    /// hundred bridges on the machine.
    /// </summary>
    public TimeSpan NetworkCreationTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The clock that deadlines and back-off are measured with.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
