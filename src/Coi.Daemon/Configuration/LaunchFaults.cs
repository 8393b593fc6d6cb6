using Coi.Daemon.Slots;
using Coi.Domain;
using Coi.Domain.Configuration;
using Coi.Domain.Slots;
using Coi.Domain.Tools;

namespace Coi.Daemon.Configuration;

/// <summary>Finds settings that are right by themselves and would still be refused when a session starts.</summary>
internal static class LaunchFaults
{
    private const string ToolName = "tool.name";

    /// <summary>A tool that nobody knows, and every mount that cannot stand beside those before it.</summary>
    public static IEnumerable<ConfigurationProblem> Of(ConfigurationResult.Loaded loaded, string home)
    {
        var configuration = loaded.Configuration;
        var (tool, unusable) = Tool(loaded);
        return unusable is null
            ? Mounts(configuration, tool, home)
            : Mounts(configuration, tool, home).Prepend(new ConfigurationProblem(unusable.Code, unusable.Message, configuration.Values[ToolName].Origin, ToolName, unusable.Hint));
    }

    private static (ToolDefinition? Tool, Failure? Failure) Tool(ConfigurationResult.Loaded loaded)
    {
        try
        {
            return (loaded.Tools().Get(loaded.Configuration.ToolName), null);
        }
        catch (FailureException e)
        {
            return (null, e.Failure);
        }
    }

    private static IEnumerable<ConfigurationProblem> Mounts(EffectiveConfiguration configuration, ToolDefinition? tool, string home)
    {
        var state = tool?.StateDirectories.Select(directory => $"{SessionScript.Home}/{directory.Path}") ?? [];
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
