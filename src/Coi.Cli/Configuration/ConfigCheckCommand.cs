using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Contracts;

namespace Coi.Cli.Configuration;

/// <summary><c>coi config check</c>.</summary>
internal sealed class ConfigCheckCommand : CoiCommand
{
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public ConfigCheckCommand() : base("check", "Find everything that is wrong in all configuration files") => Options.Add(_format);

    /// <inheritdoc />
    public override string Details => "Each problem is a line FILE:LINE:COLUMN: CAUSE on standard output. The exit code is 1 when there is one. Settings that are accepted\n" +
        "and do nothing are warnings on standard error; with --format=json they are the list 'warnings'.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("config check", "all files that count in the current directory"),
        new("config check --profile rust", "with a profile"),
        new("config check --format=json", "the same for programs"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<Option> Heeds(GlobalOptions options) => [options.Workspace, options.Profile, options.Mount, options.Storage];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var asJson = OutputFormat.IsJson(invocation, _format);
        var check = await ConfigurationQueries.CheckAsync(invocation);
        if (asJson) OutputFormat.WriteJson(invocation.Surroundings, check, ContractsJson.Default.ConfigurationCheck);
        else Write(check, invocation.Surroundings);
        return check.Problems.Count == 0
            ? ExitCodes.Success
            : throw new ProblemException(new Problem("config.problems", $"{check.Problems.Count} problem(s) in the configuration", "coi starts nothing until they are gone"));
    }

    private static void Write(ConfigurationCheck check, Surroundings surroundings)
    {
        foreach (var problem in check.Problems)
        {
            surroundings.Out.WriteLine(problem.Message);
            if (problem.Hint is { } hint) surroundings.Out.WriteLine($"  {hint}");
        }

        foreach (var file in check.Files.Where(file => file.Exists && !check.Problems.Any(problem => problem.File == file.Path)))
            surroundings.Out.WriteLine($"{file.Path}: no problems");
        if (check.Problems.Count == 0 && !check.Files.Any(file => file.Exists)) surroundings.Out.WriteLine("No configuration file: the built-in values are in force");
        surroundings.Out.Flush();
        foreach (var warning in check.Warnings ?? []) new Talk(surroundings).Warning(warning.Message);
        if (check.Project is { } project && project.Trust != ProjectText.Trusted) ProjectText.Withheld(project, new Talk(surroundings));
    }
}
