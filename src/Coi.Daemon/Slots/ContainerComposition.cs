using System.Collections.Immutable;
using Coi.Daemon.Protection;
using Coi.Domain;
using Coi.Domain.Configuration;
using Coi.Domain.Protection;
using Coi.Domain.Slots;
using Coi.Domain.Tools;

namespace Coi.Daemon.Slots;

/// <summary>What a container is made of beside workspace, state and network: mounts, limits, what of the workspace is protected.</summary>
/// <param name="Mounts">Further mounts.</param>
/// <param name="Limits">What it may use.</param>
/// <param name="ProtectedPaths">What of the workspace is read-only inside.</param>
/// <param name="Notices">What the user should know.</param>
internal sealed record ContainerComposition(
    ImmutableArray<HostMount> Mounts, ContainerLimits Limits, ImmutableArray<string> ProtectedPaths, IReadOnlyList<string> Notices)
{
    /// <summary>What the configuration asks for, checked; a mount's directory is made only where <c>--storage</c> names it.</summary>
    /// <exception cref="FailureException">It cannot be had.</exception>
    public static ContainerComposition Of(EffectiveConfiguration configuration, ToolDefinition tool, string workspace, string home)
    {
        var wanted = configuration.Mounts.Select(mount => new WantedMount(Path.GetFullPath(mount.HostPath(home)), mount.Container, mount.ReadOnly, $"{mount.Origin}")).ToList();
        if (MountPlan.Check(wanted, [.. tool.StateDirectories.Select(state => $"{SessionScript.Home}/{state.Path}")]) is { } conflict) throw new FailureException(conflict);
        foreach (var mount in wanted) RequireSource(mount);
        var protectedPaths = ProtectedIn(configuration.Security, workspace);
        var limits = configuration.Limits;
        return new ContainerComposition(
            MountPlan.Devices(wanted),
            new ContainerLimits
            {
                Cpu = limits.Cpu,
                MemoryBytes = limits.MemoryBytes,
                Processes = limits.Processes,
                DiskBytes = limits.DiskBytes,
                MaxDuration = limits.MaxDuration,
            },
            protectedPaths,
            [.. wanted.Where(mount => !mount.ReadOnly && MountPlan.Overlap(mount.Source, workspace)).Select(mount =>
                $"{mount.Path} shows {mount.Source}, which overlaps the workspace: what is protected in the workspace can be written there")]);
    }

    /// <summary>Adds it to a launch.</summary>
    public LaunchSpec AddTo(LaunchSpec spec) => spec with { Mounts = Mounts, Limits = Limits, ProtectedPaths = ProtectedPaths };

    // What is lifted lifts what git finds by way of it, too.
    private static ImmutableArray<string> ProtectedIn(SecurityConfiguration security, string workspace)
    {
        var listed = Effective(security.ProtectedPaths);
        return Effective([.. listed, .. GitPlaces.Beside(workspace, listed)]);

        ImmutableArray<string> Effective(IReadOnlyList<string> paths)
        {
            var (left, nested) = GuardPlanning.Effective(paths, security.WritablePaths);
            return nested is null ? left : throw new FailureException(nested);
        }
    }

    private static void RequireSource(WantedMount mount)
    {
        if (Path.Exists(mount.Source)) return;
        if (mount.Origin != StorageFlag)
            throw new FailureException(new Failure("mount.missing", $"{mount.Source}, which is to be mounted at {mount.Path} ({mount.Origin}), does not exist", $"mkdir -p '{mount.Source}', or correct the path"));
        try
        {
            Directory.CreateDirectory(mount.Source);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new FailureException(new Failure("mount.missing", $"{mount.Source} ({mount.Origin}) cannot be made: {ex.Message}", "Name a directory that you may write to"));
        }
    }

    /// <summary>The flag whose directory is made when it is missing, as it always was.</summary>
    private const string StorageFlag = "--storage";
}
