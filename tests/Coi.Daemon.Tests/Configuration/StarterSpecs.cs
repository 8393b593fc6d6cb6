using Coi.Daemon.Configuration;
using Coi.Domain.Configuration;
using Xunit;

namespace Coi.Daemon.Tests.Configuration;

public sealed class StarterSpecs : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("coi-starter-").FullName;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_starter_file_changes_nothing_as_it_is(bool forProject) =>
        Assert.Equal(ConfigurationKeys.Defaults, Load(Starter.Write(forProject), forProject, below: "").Configuration.Values);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_line_of_a_starter_file_works_when_its_mark_is_taken_away(bool forProject)
    {
        var lines = Starter.Write(forProject).Split('\n').Select(line => line is ['#', not ' ', ..] ? line[1..] : line).ToList();
        // Names that the example uses.
        lines.AddRange(forProject ? [] : ["[profiles.base]", "image = \"coi\""]);

        var loaded = Load(string.Join('\n', lines), forProject, "[network]\nallowed_domains = [\"api.anthropic.com\", \"github.com\", \"8.8.8.8\"]\n[security]\nwritable_paths = [\".vscode\"]\n");

        var missing = ConfigurationKeys.All
            .Where(key => key is { InFiles: true, HasEffect: true, SameAs: null } && (!forProject || key.Project is not (ProjectRule.Never or ProjectRule.OnlyReadOnly)))
            .Where(key => !loaded.Configuration.Values.Any(pair => ConfigurationKeys.Named(pair.Key) == key && pair.Value.Origin.Layer != Layer.BuiltIn));
        Assert.Empty(missing.Select(key => key.Name));
        Assert.Empty(loaded.Project?.Loosens ?? []);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private ConfigurationResult.Loaded Load(string text, bool forProject, string below)
    {
        var workspace = Directory.CreateDirectory(Path.Combine(_root, "workspace")).FullName;
        var system = Path.Combine(_root, "etc.toml");
        File.WriteAllText(system, forProject ? below : text);
        File.WriteAllText(Path.Combine(workspace, ".coi.toml"), forProject ? text : "");
        var result = ConfigurationLoader.Load(new ConfigurationRequest { Home = _root, WorkspacePath = workspace, SystemFile = system });
        return result is ConfigurationResult.Refused refused
            ? throw new InvalidOperationException(string.Join('\n', refused.Problems.Select(problem => problem.ToFailure().Message)))
            : Assert.IsType<ConfigurationResult.Loaded>(result);
    }
}
