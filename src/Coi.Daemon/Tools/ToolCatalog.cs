using System.Collections.Immutable;
using Coi.Domain.Slots;
using Coi.Domain.Tools;

namespace Coi.Daemon.Tools;

/// <summary>The tools that coi knows.</summary>
internal sealed class ToolCatalog
{
    private readonly ImmutableSortedDictionary<string, ToolDefinition> _tools;

    private ToolCatalog(ImmutableSortedDictionary<string, ToolDefinition> tools) => _tools = tools;

    /// <summary>The tools that come with coi.</summary>
    public static ToolCatalog BuiltIn { get; } = ReadEmbedded();

    /// <summary>What <c>coi run</c> has in a tool's place: no state, no arguments; nobody can choose it.</summary>
    public static ToolDefinition Command { get; } = new() { Name = LaunchSpec.CommandTool, Binary = "", Arguments = new ToolArguments([], [], [], []), InstallScript = "" };

    /// <summary>Names of all tools, sorted.</summary>
    public IEnumerable<string> Names => _tools.Keys;

    /// <summary>The tool of this name; null when there is none.</summary>
    public ToolDefinition? Find(string name) => _tools.GetValueOrDefault(name);

    /// <summary>What to say about a name that no tool has.</summary>
    public Failure Unknown(string name) =>
        new("tool.unknown", $"unknown tool: {name} (supported: {string.Join(", ", Names)})", "set tool.name to one of these");

    private static ToolCatalog ReadEmbedded()
    {
        var assembly = typeof(ToolCatalog).Assembly;
        const string prefix = "Coi.Daemon.Tools.";
        var tools = ImmutableSortedDictionary.CreateBuilder<string, ToolDefinition>(StringComparer.Ordinal);
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.EndsWith(".toml", StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource) ?? throw new ToolDefinitionException($"{resource} is not in the program");
            using var reader = new StreamReader(stream);
            var tool = ToolDefinitionReader.Read(reader.ReadToEnd(), resource[prefix.Length..]);
            tools.Add(tool.Name, tool);
        }
        return new ToolCatalog(tools.ToImmutable());
    }
}
