using System.Collections.Immutable;
using System.Text.Json;
using Coi.Daemon.Configuration;
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
            var document = TomlJson.Of(table).Deserialize(ToolJson.Default.ToolDocument) ?? throw new ToolDefinitionException($"{source}: it is empty");
            return Map(document, source);
        }
        catch (Exception e) when (TomlFaults.IsOne(e) || e is JsonException)
        {
            throw new ToolDefinitionException($"{source}: {TomlFaults.Explain(e)}", e);
        }
    }

    /// <exception cref="ToolDefinitionException">It does not describe a tool.</exception>
    public static ToolDefinition Map(ToolDocument document, string source) => new()
    {
        Name = document.Name,
        Binary = document.Binary,
        InstallScript = document.InstallScript,
        StateDirectories = [.. (document.StateDirectories ?? []).Select(path => new StateDirectory(RelativePath(path, source)))],
        Arguments = new ToolArguments(
            [.. document.Arguments.New], [.. document.Arguments.Resume], [.. document.Arguments.Headless ?? []], [.. document.Arguments.Model ?? []]),
        Environment = (document.Environment ?? new Dictionary<string, string>()).ToImmutableSortedDictionary(StringComparer.Ordinal),
        Imports = [.. (document.Imports ?? []).Select(import => Import(import, document, source))],
        Settings = document.Settings is { } settings ? new SettingsFile(Component(settings.Path, source), settings.Enforce ?? Nothing) : null,
        StateFile = document.StateFile is not { } state ? null : new StateFile
        {
            Path = Component(state.Path, source),
            Directory = Known(state.Directory, document, source),
            HostPath = state.HostPath,
            HostKeys = [.. state.HostKeys ?? []],
            CredentialKeys = [.. state.CredentialKeys ?? []],
            Default = state.Default ?? Nothing,
            Enforce = state.Enforce ?? Nothing,
        },
        Transcripts = document.Transcripts is { } transcripts
            ? new Transcripts(RelativePath(transcripts.Path, source), [.. transcripts.ConversationTypes ?? []])
            : null,
        ApiKeyApproval = document.ApiKey is { } approval ? new ApiKeyApproval(approval.Variable, approval.Key, approval.Tail) : null,
    };

    private static ImportedEntry Import(ToolDocument.ImportDocument import, ToolDocument document, string source)
    {
        Component(import.Path.TrimEnd('/'), source);
        return new ImportedEntry(import.Path, (import.Kind ?? "copy") switch
        {
            "copy" => ImportKind.Copy,
            "credential" => ImportKind.Credential,
            _ => throw new ToolDefinitionException($"{source}: imports.kind '{import.Kind}' is neither copy nor credential"),
        }, import.Expiry, Known(import.Directory, document, source));
    }

    private static string? Known(string? directory, ToolDocument document, string source) =>
        directory is null || document.StateDirectories?.Contains(directory) == true
            ? directory
            : throw new ToolDefinitionException($"{source}: '{directory}' is none of its state_directories");

    private static string RelativePath(string path, string source)
    {
        foreach (var part in path.Split('/')) Component(part, source);
        return path;
    }

    private static string Component(string path, string source) =>
        path is "" or "." or ".." || path.Contains('/')
            ? throw new ToolDefinitionException($"{source}: '{path}' is not a single name")
            : path;

    private static JsonElement Element(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }
}

/// <summary>A tool's definition cannot be used.</summary>
internal sealed class ToolDefinitionException(string message, Exception? innerException = null) : Exception(message, innerException);
