using Coi.Daemon.Slots;
using Coi.Daemon.Tools;
using Coi.Domain.Configuration;
using Coi.Domain.Slots;

namespace Coi.Daemon.Configuration;

/// <summary>Finds mounts that are right by themselves and would still be refused when a session starts.</summary>
internal static class MountFaults
{
    /// <summary>Every mount that cannot stand beside those before it.</summary>
    public static IEnumerable<ConfigurationProblem> Of(EffectiveConfiguration configuration, string home)
    {
        var state = ToolCatalog.BuiltIn.Find(configuration.ToolName)?.StateDirectories.Select(directory => $"{SessionScript.Home}/{directory.Path}") ?? [];
        var taken = new List<WantedMount>();
        foreach (var mount in configuration.Mounts)
        {
            var wanted = new WantedMount(mount.HostPath(home), mount.Container, mount.ReadOnly, mount.Origin.ToString());
            if (MountPlan.Check([.. taken, wanted], [.. state]) is { } failure)
                yield return new ConfigurationProblem(failure.Code, failure.Message, mount.Origin, $"mounts[{mount.Container}]", failure.Hint);
            else
                taken.Add(wanted);
        }
    }
}
