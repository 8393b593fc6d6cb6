using Coi.Domain.Configuration;
using Coi.Domain.Slots;
using Coi.Domain.Tools;

namespace Coi.Daemon.Tools;

/// <summary>The tools that the configuration defines as <c>[tools.NAME]</c>.</summary>
internal static class ConfiguredTools
{
    /// <summary>All of them.</summary>
    /// <exception cref="ToolDefinitionException">One of them cannot be used.</exception>
    public static IEnumerable<ToolDefinition> Of(EffectiveConfiguration configuration) =>
        configuration.Tools.Select(tool => Map(tool.Key, tool.Value));

    private static ToolDefinition Map(string name, ConfiguredTool tool)
    {
        var source = $"[tools.{name}]";
        if (name == LaunchSpec.CommandTool) throw new ToolDefinitionException($"{source}: the name is coi's own");
        if (tool.Binary is null) throw new ToolDefinitionException($"{source}: binary is missing");
        if (tool.StateDirectories.IsEmpty && !(tool.Copy.IsEmpty && tool.Credentials.IsEmpty && tool.Transcripts is null))
            throw new ToolDefinitionException($"{source}: copy, credentials and transcripts belong into a directory of state_directories, which is empty");
        if (tool is { ResumeArgs: not null, Transcripts: null })
            throw new ToolDefinitionException($"{source}: resume_args needs transcripts, from which coi knows whether there is a conversation to go on with");
        return ToolDefinitionReader.Map(
            new ToolDocument
            {
                Name = name,
                Binary = tool.Binary,
                StateDirectories = [.. tool.StateDirectories],
                Arguments = new ToolDocument.ArgumentsDocument { New = [.. tool.Args], Resume = [.. tool.ResumeArgs ?? tool.Args], Model = [.. tool.ModelArgs] },
                Environment = tool.Environment,
                Imports =
                [
                    .. tool.Credentials.Select(path => new ToolDocument.ImportDocument { Path = path, Kind = "credential" }),
                    .. tool.Copy.Select(path => new ToolDocument.ImportDocument { Path = path }),
                ],
                Transcripts = tool.Transcripts is { } path ? new ToolDocument.TranscriptsDocument { Path = path } : null,
            },
            source);
    }
}
