using Coi.Domain.Network;

namespace Coi.Domain.Slots;

/// <summary>
/// All that a slot needs to know to make, run and end its container; journaled, so it holds no secret: environment values
/// travel beside it and are never written down. What has a default stands in the constructor: the journal's reader keeps the defaults
/// of parameters, but not those of init-only properties (https://github.com/dotnet/runtime/issues/84484).
/// </summary>
/// <param name="ShiftMounts">Map the owner of mounted directories (idmapped mounts); off only where the kernel or the host's file system cannot.</param>
/// <param name="Columns">Width of the terminal in columns.</param>
/// <param name="Rows">Height of the terminal in rows.</param>
/// <param name="ForkedFrom">Session that this one is a copy of; null when it is not one.</param>
public sealed record LaunchSpec(bool ShiftMounts = true, int Columns = 120, int Rows = 40, string? ForkedFrom = null)
{
    /// <summary>What <c>coi run</c> has in place of a tool's name; no tool can be called so.</summary>
    public const string CommandTool = "run";

    /// <summary>For one command (<c>coi run</c>): no tool, no conversation, nothing is kept.</summary>
    public bool Run => Tool == CommandTool;

    /// <summary>Name of the container.</summary>
    public required string Container { get; init; }

    /// <summary>Slot number, 1 or more.</summary>
    public required int Slot { get; init; }

    /// <summary>Absolute path of the workspace on the host.</summary>
    public required string Workspace { get; init; }

    /// <summary>Id of the session.</summary>
    public required string SessionId { get; init; }

    /// <summary>Name of the tool.</summary>
    public required string Tool { get; init; }

    /// <summary>Keep the container when it stops.</summary>
    public required bool Persistent { get; init; }

    /// <summary>Whether an earlier conversation is continued.</summary>
    public required bool Resumed { get; init; }

    /// <summary>Image alias.</summary>
    public required string Image { get; init; }

    /// <summary>Program and arguments that run in the terminal.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Directories of the host that hold the tool's state, by their place in the container.</summary>
    public required IReadOnlyList<StateMount> State { get; init; }

    /// <summary>Uid of the user, the same inside and outside.</summary>
    public required int Uid { get; init; }

    /// <summary>Gid of the user, the same inside and outside.</summary>
    public required int Gid { get; init; }

    /// <summary>Incus storage pool of the root disk; null takes that of the default profile.</summary>
    public string? StoragePool { get; init; }

    /// <summary>The network policy.</summary>
    public required NetworkPolicy Policy { get; init; }

    /// <summary>Range that slots take their subnets from.</summary>
    public required string SubnetPool { get; init; }

    /// <summary>MTU that the user asked for in bytes; null takes that of the host's default route.</summary>
    public int? Mtu { get; init; }

    /// <summary>Mounts beside the workspace; null for none.</summary>
    public IReadOnlyList<HostMount>? Mounts { get; init; }

    /// <summary>What the container may use; null for no limit.</summary>
    public ContainerLimits? Limits { get; init; }

    /// <summary>Paths relative to the workspace that are read-only inside; null for none.</summary>
    public IReadOnlyList<string>? ProtectedPaths { get; init; }
}

/// <summary>A directory of the host with the tool's state and its place in the container.</summary>
/// <param name="Device">Name of the Incus disk device.</param>
/// <param name="Source">Absolute path on the host.</param>
/// <param name="Path">Absolute path in the container.</param>
public sealed record StateMount(string Device, string Source, string Path);
