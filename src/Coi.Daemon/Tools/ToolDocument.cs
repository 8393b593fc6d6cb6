using System.Text.Json;
using System.Text.Json.Serialization;

namespace Coi.Daemon.Tools;

/// <summary>
/// A tool's TOML file as it is written; unknown keys are refused. Absent means null: generated readers set every init property,
/// so that initial values would be lost.
/// </summary>
internal sealed record ToolDocument
{
    public required string Name { get; init; }
    public required string Binary { get; init; }
    public string? InstallScript { get; init; }
    public IReadOnlyList<string>? StateDirectories { get; init; }
    public required ArgumentsDocument Arguments { get; init; }
    public IReadOnlyDictionary<string, string>? Environment { get; init; }
    public IReadOnlyList<ImportDocument>? Imports { get; init; }
    public SettingsDocument? Settings { get; init; }
    public StateFileDocument? StateFile { get; init; }
    public TranscriptsDocument? Transcripts { get; init; }
    public ApiKeyDocument? ApiKey { get; init; }

    internal sealed record ArgumentsDocument
    {
        public required IReadOnlyList<string> New { get; init; }
        public required IReadOnlyList<string> Resume { get; init; }
        public IReadOnlyList<string>? Headless { get; init; }
        public IReadOnlyList<string>? Model { get; init; }
    }

    internal sealed record ImportDocument
    {
        public required string Path { get; init; }
        public string? Directory { get; init; }
        public string? Kind { get; init; }
        public string? Expiry { get; init; }
    }

    internal sealed record SettingsDocument
    {
        public required string Path { get; init; }
        public JsonElement? Enforce { get; init; }
    }

    internal sealed record StateFileDocument
    {
        public required string Path { get; init; }
        public string? Directory { get; init; }
        public required string HostPath { get; init; }
        public IReadOnlyList<string>? HostKeys { get; init; }
        public IReadOnlyList<string>? CredentialKeys { get; init; }
        public JsonElement? Default { get; init; }
        public JsonElement? Enforce { get; init; }
    }

    internal sealed record TranscriptsDocument
    {
        public required string Path { get; init; }
        public IReadOnlyList<string>? ConversationTypes { get; init; }
    }

    internal sealed record ApiKeyDocument
    {
        public required string Variable { get; init; }
        public required string Key { get; init; }
        public required int Tail { get; init; }
    }
}

/// <summary>Reads a tool's document from the JSON that its TOML amounts to.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ToolDocument))]
internal sealed partial class ToolJson : JsonSerializerContext;
