using System.Text.Json.Nodes;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>What <c>coi list --all --format=json</c> says.</summary>
/// <param name="Json">As it came.</param>
internal sealed record Listing(JsonObject Json)
{
    /// <summary>The containers.</summary>
    public IReadOnlyList<JsonNode> Containers => [.. (Json["active_containers"]?.AsArray() ?? []).OfType<JsonNode>()];

    /// <summary>The saved sessions.</summary>
    public IReadOnlyList<JsonNode> Sessions => [.. (Json["saved_sessions"]?.AsArray() ?? []).OfType<JsonNode>()];

    /// <summary>Names of the containers.</summary>
    public IReadOnlyList<string> Names => [.. Containers.Select(c => (string?)c["name"] ?? "")];

    /// <summary>A container by name; null when it is not listed.</summary>
    public JsonNode? Find(string name) => Containers.FirstOrDefault(c => (string?)c["name"] == name);
}
