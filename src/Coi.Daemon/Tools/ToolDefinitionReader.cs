using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coi.Domain.Tools;
using Tomlyn;
using Tomlyn.Model;

namespace Coi.Daemon.Tools;

/// <summary>Turns a tool's TOML into its definition.</summary>
internal static class ToolDefinitionReader
{
    private static readonly JsonElement Nothing = Element("{}");

    /// <exception cref="ToolDefinitionException">The text is no TOML, or does not describe a tool.</exception>
    public static ToolDefinition Read(string toml, string source)
    {
        try
        {
            var table = TomlSerializer.Deserialize<TomlTable>(toml) ?? throw new ToolDefinitionException($"{source}: it is empty");
            var document = Json(table).Deserialize(ToolJson.Default.ToolDocument) ?? throw new ToolDefinitionException($"{source}: it is empty");
            return Map(document, source);
        }
        catch (Exception e) when (e is TomlException or JsonException)
        {
            throw new ToolDefinitionException($"{source}: {e.Message}", e);
        }
    }

    private static ToolDefinition Map(ToolDocument document, string source) => new()
    {
        Name = document.Name,
        Binary = document.Binary,
        InstallScript = document.InstallScript,
        StateDirectories = [.. (document.StateDirectories ?? []).Select(path => new StateDirectory(Component(path, source)))],
        Arguments = new ToolArguments(
            [.. document.Arguments.New], [.. document.Arguments.Resume], [.. document.Arguments.Headless ?? []], [.. document.Arguments.Model ?? []]),
        Environment = (document.Environment ?? new Dictionary<string, string>()).ToImmutableSortedDictionary(StringComparer.Ordinal),
        Imports = [.. (document.Imports ?? []).Select(import => Import(import, source))],
        Settings = document.Settings is { } settings ? new SettingsFile(Component(settings.Path, source), settings.Enforce ?? Nothing) : null,
        StateFile = document.StateFile is not { } state ? null : new StateFile
        {
            Path = Component(state.Path, source),
            HostPath = state.HostPath,
            HostKeys = [.. state.HostKeys ?? []],
            CredentialKeys = [.. state.CredentialKeys ?? []],
            Default = state.Default ?? Nothing,
            Enforce = state.Enforce ?? Nothing,
        },
        Transcripts = document.Transcripts is { } transcripts
            ? new Transcripts(transcripts.Directory, transcripts.Extension, [.. transcripts.ConversationTypes ?? []])
            : null,
        ApiKeyApproval = document.ApiKey is { } approval ? new ApiKeyApproval(approval.Variable, approval.Key, approval.Tail) : null,
    };

    private static ImportedEntry Import(ToolDocument.ImportDocument import, string source)
    {
        Component(import.Path.TrimEnd('/'), source);
        return new ImportedEntry(import.Path, (import.Kind ?? "copy") switch
        {
            "copy" => ImportKind.Copy,
            "credential" => ImportKind.Credential,
            _ => throw new ToolDefinitionException($"{source}: imports.kind '{import.Kind}' is neither copy nor credential"),
        }, import.Expiry);
    }

    private static string Component(string path, string source) =>
        path is "" or "." or ".." || path.Contains('/')
            ? throw new ToolDefinitionException($"{source}: '{path}' is not a single name")
            : path;

    private static JsonNode? Json(object? value) => value switch
    {
        TomlTable table => new JsonObject(table.Select(pair => KeyValuePair.Create(pair.Key, Json(pair.Value)))),
        TomlTableArray tables => new JsonArray([.. tables.Select(Json)]),
        TomlArray array => new JsonArray([.. array.Select(Json)]),
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        long number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        _ => throw new JsonException($"a value of type {value?.GetType().Name} has no place in a tool's definition"),
    };

    private static JsonElement Element(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}

/// <summary>A tool's definition cannot be used.</summary>
internal sealed class ToolDefinitionException(string message, Exception? innerException = null) : Exception(message, innerException);
