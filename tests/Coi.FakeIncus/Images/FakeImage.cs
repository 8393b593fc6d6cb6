using System.Text.Json.Nodes;

namespace Coi.FakeIncus;

/// <summary>An image of the fake.</summary>
internal sealed class FakeImage(string fingerprint, DateTimeOffset uploadedAt)
{
    public string Fingerprint => fingerprint;

    public Dictionary<string, string> Properties { get; init; } = [];

    public FakeFileSystem Files { get; init; } = new();

    public bool Public { get; init; }

    public string Filename { get; init; } = $"{fingerprint}.tar";

    /// <summary>The uploaded bytes: one file, or metadata and root file system.</summary>
    public IReadOnlyList<byte[]> Parts { get; init; } = [[1, 2, 3, 4]];

    public JsonObject ToJson(FakeState state) => new()
    {
        ["fingerprint"] = fingerprint,
        ["aliases"] = new JsonArray([.. state.Aliases.Values.Where(alias => alias.Target == fingerprint)
            .Select(alias => (JsonNode)new JsonObject { ["name"] = alias.Name, ["description"] = alias.Description })]),
        ["properties"] = FakeMaps.ToJson(Properties),
        ["architecture"] = "x86_64",
        ["type"] = "container",
        ["size"] = Parts.Sum(part => part.Length),
        ["public"] = Public,
        ["cached"] = false,
        ["auto_update"] = false,
        ["filename"] = Filename,
        ["profiles"] = new JsonArray("default"),
        ["created_at"] = uploadedAt.ToString("O"),
        ["uploaded_at"] = uploadedAt.ToString("O"),
        ["last_used_at"] = "0001-01-01T00:00:00Z",
        ["expires_at"] = "0001-01-01T00:00:00Z",
        ["project"] = "default",
    };
}

/// <summary>An alias of an image of the fake.</summary>
internal sealed record FakeAlias(string Name, string Target, string Description)
{
    public JsonObject ToJson() => new() { ["name"] = Name, ["target"] = Target, ["description"] = Description, ["type"] = "container" };
}
