using System.Collections.Immutable;
using Coi.Domain;
using Coi.Domain.Configuration;
using Coi.Domain.Slots;
using Coi.Domain.Tools;

namespace Coi.Daemon.Tools;

/// <summary>The tools that coi knows: its own, and over them the user's.</summary>
internal sealed class ToolCatalog
{
    private const string Folder = "tools";
    private const long FileLimit = 1 << 20;
    private readonly ImmutableSortedDictionary<string, ToolDefinition> _tools;

    private ToolCatalog(ImmutableSortedDictionary<string, ToolDefinition> tools) => _tools = tools;

    /// <summary>The tools that come with coi.</summary>
    public static ToolCatalog BuiltIn { get; } = ReadEmbedded();

    /// <summary>What <c>coi run</c> has in a tool's place: no state, no arguments; nobody can choose it.</summary>
    public static ToolDefinition Command { get; } = new() { Name = LaunchSpec.CommandTool, Binary = "", Arguments = new ToolArguments([], [], [], []) };

    /// <summary>Names of all tools, sorted.</summary>
    public IEnumerable<string> Names => _tools.Keys;

    /// <summary>Names of those that <c>coi build --tools</c> can install; the stand-in for tests is in every image.</summary>
    public IEnumerable<string> Installable => _tools.Values.Where(tool => tool.InstallScript is not null && tool.Name != ToolCommand.DummyBinary).Select(tool => tool.Name);

    /// <summary>
    /// All tools for a request: coi's own, then those of the files in the user's directory <c>tools</c>, then those of <c>[tools.NAME]</c>. One of the same
    /// name takes the place of the earlier.
    /// </summary>
    /// <param name="configuration">The configuration in force.</param>
    /// <param name="userDirectory">Directory of the user's configuration.</param>
    /// <exception cref="FailureException">A definition cannot be used.</exception>
    public static ToolCatalog For(EffectiveConfiguration configuration, string userDirectory)
    {
        try
        {
            return new ToolCatalog(BuiltIn._tools.SetItems(Files(Path.Combine(userDirectory, Folder)).Concat(ConfiguredTools.Of(configuration)).Select(tool => KeyValuePair.Create(tool.Name, tool))));
        }
        catch (Exception e) when (e is ToolDefinitionException or IOException or UnauthorizedAccessException)
        {
            throw new FailureException(new Failure("tool.definition", $"a tool's definition cannot be used: {e.Message}", "docs/tools.md says what it may hold"));
        }
    }

    /// <summary>The tool of this name; null when there is none.</summary>
    public ToolDefinition? Find(string name) => _tools.GetValueOrDefault(name);

    /// <summary>The tool of this name.</summary>
    /// <exception cref="FailureException">There is none.</exception>
    public ToolDefinition Get(string name) => Find(name) ?? throw new FailureException(Unknown(name));

    /// <summary>What to say about a name that no tool has.</summary>
    public Failure Unknown(string name) => new(
        "tool.unknown", $"unknown tool: {name} (supported: {string.Join(", ", Names)})", $"set tool.name to one of these, or define [tools.{name}] in ~/.config/coi/config.toml");

    private static IEnumerable<ToolDefinition> Files(string directory)
    {
        if (!Directory.Exists(directory)) yield break;
        foreach (var path in Directory.EnumerateFiles(directory, "*.toml").Order(StringComparer.Ordinal))
        {
            if (UnixDirectory.TryReadTrusted(path, FileLimit) is not { } file) continue;
            var tool = ToolDefinitionReader.Read(System.Text.Encoding.UTF8.GetString(file.Content), path);
            yield return tool.Name == LaunchSpec.CommandTool ? throw new ToolDefinitionException($"{path}: the name '{tool.Name}' is coi's own") : tool with { InstallScript = null };
        }
    }

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
