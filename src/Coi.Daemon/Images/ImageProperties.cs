using System.Reflection;
using Coi.Daemon.Hosting;
using Coi.Incus;

namespace Coi.Daemon.Images;

/// <summary>What every image that coi makes says about itself.</summary>
internal static class ImageProperties
{
    /// <summary>The properties of an image of an instance.</summary>
    public static Dictionary<string, string> Of(Instance instance, string home) => new()
    {
        ["os"] = instance.Config.GetValueOrDefault("image.os", "Linux"),
        ["release"] = instance.Config.GetValueOrDefault("image.release", ""),
        ["architecture"] = instance.Architecture,
        [OwnerKeys.Kind] = ImageVersions.Kind,
        [OwnerKeys.Home] = home,
        ["user.coi.version"] = Assembly.GetExecutingAssembly().GetName().Version?.ToString(3) ?? "",
    };
}
