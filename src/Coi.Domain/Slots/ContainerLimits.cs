namespace Coi.Domain.Slots;

/// <summary>What a container may use; null where there is no limit.</summary>
public sealed record ContainerLimits
{
    /// <summary>Processors.</summary>
    public int? Cpu { get; init; }

    /// <summary>Memory in bytes.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Processes and threads.</summary>
    public int? Processes { get; init; }

    /// <summary>The root disk in bytes, the image included.</summary>
    public long? DiskBytes { get; init; }

    /// <summary>How long the session may last from the moment in which its tool starts.</summary>
    public TimeSpan? MaxDuration { get; init; }
}
