using Coi.Contracts;

namespace Coi.Cli.Configuration;

/// <summary>What a workspace's own file wants, for people.</summary>
internal static class ProjectText
{
    /// <summary>The state of a file that is trusted as it is.</summary>
    public const string Trusted = "trusted";

    /// <summary>Says what of it has no effect; nothing when all has.</summary>
    public static void Withheld(ProjectFileReport project, Talk talk)
    {
        if (project.Loosens.Count == 0) return;
        talk.Warning($"{project.File} {(project.Trust == "changed" ? "has changed since you trusted it" : "is not trusted")}, so this in it has no effect:");
        foreach (var line in Wishes(project)) talk.Say(line);
        talk.Say("'coi trust' allows it as it is now");
    }

    /// <summary>One line for each thing that needs trust.</summary>
    public static IEnumerable<string> Wishes(ProjectFileReport project) => project.Loosens.Select(setting =>
        $"  line {setting.Line}: {setting.Key} = {setting.Toml}{(setting.InForce is { } current ? $"   (without it {current})" : "")}");
}
