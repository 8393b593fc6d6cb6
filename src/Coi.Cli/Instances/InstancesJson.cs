using System.Text.Json.Serialization;

namespace Coi.Cli.Instances;

/// <summary>What <c>coi container exec --capture</c> prints.</summary>
/// <param name="ExitCode">The command's exit code.</param>
/// <param name="Stderr">What it wrote to its standard error.</param>
/// <param name="Stdout">What it wrote to its standard output.</param>
internal sealed record CapturedExec(int ExitCode, string Stderr, string Stdout);

/// <summary>A container, as <c>coi container list</c> and <c>info</c> print it.</summary>
internal record ContainerLine
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its status in Incus' words.</summary>
    public required string Status { get; init; }

    /// <summary>What it is to coi: <c>session</c>, <c>container</c>, <c>build</c>, or <c>other</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What it was made from, as far as it says.</summary>
    public required string Image { get; init; }

    /// <summary>IPv4 address on eth0; empty when it has none.</summary>
    public required string Ipv4 { get; init; }

    /// <summary>Whether it vanishes when it stops.</summary>
    public required bool Ephemeral { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A container with what is in it.</summary>
internal sealed record ContainerDetails : ContainerLine
{
    /// <summary>Its devices.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Devices { get; init; }

    /// <summary>Number of its processes.</summary>
    public required long Processes { get; init; }

    /// <summary>Bytes of memory in use.</summary>
    public required long MemoryBytes { get; init; }
}

/// <summary>Serialisation of what is printed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CapturedExec))]
[JsonSerializable(typeof(ContainerLine[]))]
[JsonSerializable(typeof(ContainerDetails))]
internal sealed partial class InstancesJson : JsonSerializerContext;
