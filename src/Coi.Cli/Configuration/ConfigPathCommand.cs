using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Contracts;

namespace Coi.Cli.Configuration;

/// <summary><c>coi config path</c>.</summary>
internal sealed class ConfigPathCommand : CoiCommand
{
    private readonly Option<bool> _all = new("--all") { Description = "Every file that counts here, from the lowest layer to the highest" };
    private readonly Option<bool> _project = new("--project") { Description = "The workspace's own file" };
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public ConfigPathCommand() : base("path", "Print where your configuration file lies, or would lie")
    {
        Options.Add(_all);
        Options.Add(_project);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("config path", "your own file, for scripts and editors"),
        new("config path --all", "all files, and which of them exist"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<Option> Heeds(GlobalOptions options) => [options.Workspace];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var json = OutputFormat.IsJson(invocation, _format);
        var output = invocation.Surroundings.Out;
        var all = invocation.Value(_all);
        var layer = invocation.Value(_project) ? "project" : "user";
        ConfigurationFile[] files = [.. (await ConfigurationQueries.CheckAsync(invocation)).Files.Where(file => all || file.Layer == layer)];
        if (json) OutputFormat.WriteJson(invocation.Surroundings, files, ConfigurationJson.Default.ConfigurationFileArray);
        else if (all) foreach (var file in files) output.WriteLine($"{file.Layer,-8} {file.Path}{(file.Exists ? "" : " (absent)")}");
        else output.WriteLine(files[0].Path);
        return ExitCodes.Success;
    }
}
