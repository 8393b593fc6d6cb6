using System.Text.Json.Nodes;
using Coi.Domain.Tools;

namespace Coi.Daemon.Sessions;

/// <summary>Notes in a tool's state that an API key may be used: whoever passes one has already decided.</summary>
internal static class ApiKeyApprovals
{
    /// <summary>Adds the key's tail to the approved ones; the lists on the way are made where they are missing.</summary>
    public static void Add(JsonObject state, ApiKeyApproval approval, string key)
    {
        var parts = approval.Key.Split('.');
        var parent = state;
        foreach (var part in parts[..^1])
        {
            if (parent[part] is not JsonObject child)
                parent[part] = child = [];
            parent = child;
        }
        if (parent[parts[^1]] is not JsonArray approved)
            parent[parts[^1]] = approved = [];
        var tail = key.Length <= approval.Tail ? key : key[^approval.Tail..];
        if (!approved.Any(known => known is JsonValue value && value.TryGetValue<string>(out var text) && text == tail))
            approved.Add(tail);
    }
}
