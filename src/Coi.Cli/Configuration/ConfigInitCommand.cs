using System.CommandLine;
using System.Text;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.Configuration;

/// <summary><c>coi config init</c>.</summary>
internal sealed class ConfigInitCommand : CoiCommand
{
    private readonly Option<bool> _project = new("--project") { Description = "Write the workspace's .coi.toml instead of your own file" };
    private readonly Option<bool> _force = new("--force") { Description = "Replace a file that exists" };
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public ConfigInitCommand() : base("init", "Write a configuration file to begin with, every key explained and commented out")
    {
        Options.Add(_project);
        Options.Add(_force);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("config init", "your own file; one that exists is left alone"),
        new("config init --project", "the .coi.toml of the current directory"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<Option> Heeds(GlobalOptions options) => [options.Workspace];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var json = OutputFormat.IsJson(invocation, _format);
        var forProject = invocation.Value(_project);
        using var daemon = Daemon.Of(invocation.Surroundings);
        var starter = await daemon.CallAsync(
            HttpMethod.Post, forProject ? "v1/configuration/starter?project=true" : "v1/configuration/starter",
            Daemon.Body(ConfigurationQueries.Of(invocation), ContractsJson.Default.ConfigurationQuery), "asking for a configuration file", ContractsJson.Default.StarterFile, CancellationToken.None);
        if (Directory.Exists(starter.Path) && new DirectoryInfo(starter.Path).LinkTarget is null)
        {
            // Protected files that do not exist are kept from being made inside by an empty directory in their place.
            throw new ProblemException(new Problem(
                "config.exists", $"{starter.Path} is a directory", "a session that runs here keeps the place of the file with it: write the file when the session has ended"));
        }

        // A link counts as a file even when it leads nowhere.
        if (Path.Exists(starter.Path) || new FileInfo(starter.Path).LinkTarget is not null)
        {
            if (!invocation.Value(_force))
                throw new ProblemException(new Problem("config.exists", $"{starter.Path} already exists", "edit it, or have it replaced with --force"));
            File.Delete(starter.Path);
        }

        Write(starter, forProject);
        if (json) OutputFormat.WriteJson(invocation.Surroundings, new WrittenFile(starter.Path), ConfigurationJson.Default.WrittenFile);
        else invocation.Surroundings.Out.WriteLine(starter.Path);
        return ExitCodes.Success;
    }

    private static void Write(StarterFile starter, bool forProject)
    {
        if (!forProject && Path.GetDirectoryName(starter.Path) is { } directory) Directory.CreateDirectory(directory);
        using var file = new FileStream(starter.Path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            // One's own file may come to hold keys in [environment]; a project's is for everybody who works on it.
            UnixCreateMode = forProject
                ? UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead
                : UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        file.Write(Encoding.UTF8.GetBytes(starter.Text));
    }
}
