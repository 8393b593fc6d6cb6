using System.Text.Json;
using System.Text.Json.Serialization;
using Coi.Contracts;
using Coi.Daemon.Hosting;

namespace Coi.Daemon.Network;

/// <summary>Last good answers of a container's allowlist, as the reference keeps them.</summary>
/// <param name="Domains">Addresses by name.</param>
/// <param name="LastUpdate">When they were resolved.</param>
internal sealed record NetworkCache(Dictionary<string, string[]> Domains, DateTimeOffset LastUpdate);

/// <summary>The files below <c>~/.coi/network-cache/</c>.</summary>
internal static class NetworkCacheFile
{
    /// <summary>What is kept for a container; null when nothing usable is.</summary>
    public static NetworkCache? Read(DaemonHome home, string container)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(home, container)), NetworkCacheJson.Default.NetworkCache);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Keeps it, whole or not at all.</summary>
    public static void Write(DaemonHome home, string container, NetworkCache cache)
    {
        var path = PathOf(home, container);
        if (Path.GetDirectoryName(path) is { } directory) DaemonPaths.CreatePrivateDirectory(directory);
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(cache, NetworkCacheJson.Default.NetworkCache));
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Forgets a container.</summary>
    public static void Delete(DaemonHome home, string container)
    {
        if (File.Exists(PathOf(home, container))) File.Delete(PathOf(home, container));
    }

    private static string PathOf(DaemonHome home, string container) => Path.Combine(home.Root, "network-cache", $"{container}.json");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(NetworkCache))]
internal sealed partial class NetworkCacheJson : JsonSerializerContext;
