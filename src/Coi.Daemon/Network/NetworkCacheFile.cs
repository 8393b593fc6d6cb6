using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Domain.Network;

namespace Coi.Daemon.Network;

/// <summary>The last good answers of a container's allowlist; the first two as the reference keeps them.</summary>
/// <param name="Domains">Addresses by name.</param>
/// <param name="LastUpdate">When they were asked for.</param>
/// <param name="Due">When they are asked for again; null for never.</param>
/// <param name="AnsweredAt">When each name was last answered, for those that have failed since.</param>
/// <param name="Leaving">Addresses of earlier answers that are still open, by name, with the moment in which each is closed.</param>
/// <param name="Troubles">Why the last question for a name failed.</param>
internal sealed record NetworkCache(
    Dictionary<string, string[]> Domains,
    DateTimeOffset LastUpdate,
    DateTimeOffset? Due = null,
    Dictionary<string, DateTimeOffset>? AnsweredAt = null,
    Dictionary<string, Dictionary<string, DateTimeOffset>>? Leaving = null,
    Dictionary<string, string>? Troubles = null)
{
    /// <summary>As it is written.</summary>
    public static NetworkCache From(AllowlistMemory memory) => new(
        memory.Names.ToDictionary(n => n.Key, n => n.Value.Addresses.ToArray()),
        memory.LastUpdate.ToLocalTime(),
        memory.Due?.ToLocalTime(),
        memory.Names.Where(n => n.Value.Trouble is not null).ToDictionary(n => n.Key, n => n.Value.AnsweredAt),
        memory.Names.Where(n => !n.Value.Leaving.IsEmpty).ToDictionary(n => n.Key, n => n.Value.Leaving.ToDictionary()),
        memory.Names.Where(n => n.Value.Trouble is not null).ToDictionary(n => n.Key, n => n.Value.Trouble ?? ""));

    /// <summary>As it is used; addresses that a name may not open are left out, whoever wrote them there.</summary>
    public AllowlistMemory ToMemory() => new(
        (Domains ?? []).ToImmutableSortedDictionary(d => d.Key, d => new NameMemory(
            ResolvedAllowlist.Public(d.Value),
            AnsweredAt?.TryGetValue(d.Key, out var at) == true ? at : LastUpdate,
            (Leaving?.GetValueOrDefault(d.Key) ?? []).ToImmutableSortedDictionary(),
            Troubles?.GetValueOrDefault(d.Key))),
        LastUpdate,
        Due);
}

/// <summary>The files below <c>~/.coi/network-cache/</c>.</summary>
internal static class NetworkCacheFile
{
    /// <summary>What is kept for a container; nothing when nothing usable is.</summary>
    public static AllowlistMemory Read(DaemonHome home, string container)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(home, container)), NetworkCacheJson.Default.NetworkCache)?.ToMemory() ?? AllowlistMemory.Empty;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException or JsonException)
        {
            return AllowlistMemory.Empty;
        }
    }

    /// <summary>Keeps it, whole or not at all.</summary>
    public static void Write(DaemonHome home, string container, AllowlistMemory memory)
    {
        var path = PathOf(home, container);
        if (Path.GetDirectoryName(path) is { } directory) DaemonPaths.CreatePrivateDirectory(directory);
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(NetworkCache.From(memory), NetworkCacheJson.Default.NetworkCache));
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Forgets a container.</summary>
    public static void Delete(DaemonHome home, string container)
    {
        if (File.Exists(PathOf(home, container))) File.Delete(PathOf(home, container));
    }

    private static string PathOf(DaemonHome home, string container) => Path.Combine(home.Root, "network-cache", $"{container}.json");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(NetworkCache))]
internal sealed partial class NetworkCacheJson : JsonSerializerContext;
