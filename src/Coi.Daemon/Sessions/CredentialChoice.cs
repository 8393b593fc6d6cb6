using System.Text.Json.Nodes;
using Coi.Domain.Tools;

namespace Coi.Daemon.Sessions;

/// <summary>Which of two copies of a credential is used: tokens are renewed on the host and inside, and the older one may be dead.</summary>
internal static class CredentialChoice
{
    /// <summary>Whether the host's copy wins over the session's: the later expiry does, else the later writing.</summary>
    public static bool HostWins(ImportedEntry entry, TrustedFile host, byte[]? stored, DateTimeOffset? storedModified)
    {
        var hostValue = JsonText.TryParse(host.Content);
        var storedValue = stored is null ? null : JsonText.TryParse(stored);
        if (storedValue is null || hostValue is null)
            return storedValue is null;
        var (hostExpiry, storedExpiry) = (Expiry(hostValue, entry.Expiry), Expiry(storedValue, entry.Expiry));
        if (hostExpiry is not null && storedExpiry is not null && hostExpiry != storedExpiry)
            return hostExpiry > storedExpiry;
        return host.Modified > storedModified;
    }

    private static double? Expiry(JsonObject credential, string? path)
    {
        JsonNode? node = credential;
        foreach (var part in path?.Split('.') ?? [])
            node = node is JsonObject parent ? parent[part] : null;
        return node is JsonValue value && value.TryGetValue<double>(out var milliseconds) ? milliseconds : null;
    }
}
