using Coi.Daemon.Hosting;

namespace Coi.Daemon.Images;

/// <summary>The keys by which what a build made is known again.</summary>
internal static class BuildMarks
{
    private const string Build = "build";

    /// <summary>The keys for something that this daemon's build makes.</summary>
    public static Dictionary<string, string> For(string home) => new() { [OwnerKeys.Kind] = Build, [OwnerKeys.Home] = home };

    /// <summary>What an image's mark becomes when it is no leftover any more.</summary>
    public static IReadOnlyDictionary<string, string> Finished { get; } = new Dictionary<string, string> { [OwnerKeys.Kind] = ImageVersions.Kind };

    /// <summary>Whether something was made by a build of the daemon with this home.</summary>
    public static bool AreOn(IReadOnlyDictionary<string, string> config, string home) =>
        config.GetValueOrDefault(OwnerKeys.Kind) == Build && config.GetValueOrDefault(OwnerKeys.Home) == home;
}
