using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.Configuration;

/// <summary><c>coi config show</c>.</summary>
internal sealed class ConfigShowCommand : CoiCommand
{
    private readonly Option<bool> _origin = new("--origin") { Description = "Say of each value where it comes from" };
    private readonly Option<string> _format = OutputFormat.Option();

    /// <summary>Makes the command.</summary>
    public ConfigShowCommand() : base("show", "Show the configuration that a session here would have")
    {
        Options.Add(_origin);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("config show", "what is in force in the current directory"),
        new("config show --origin", "and which file, variable or flag says so"),
        new("config show --profile rust -w ~/project", "under a profile, in another directory"),
        new("config show --format=json", "the same for programs; always with origins"),
    ];

    /// <inheritdoc />
    public override IReadOnlyList<Option> Heeds(GlobalOptions options) => [options.Workspace, options.Profile, options.Image, options.Persistent, options.Network, options.Mount, options.Storage];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var asJson = OutputFormat.IsJson(invocation, _format);
        using var daemon = Daemon.Of(invocation.Surroundings);
        var report = await daemon.CallAsync(
            HttpMethod.Post, "v1/configuration", Daemon.Body(ConfigurationQueries.Of(invocation), ContractsJson.Default.ConfigurationQuery), "reading the configuration",
            ContractsJson.Default.ConfigurationReport, CancellationToken.None);
        if (asJson)
        {
            OutputFormat.WriteJson(invocation.Surroundings, report, ContractsJson.Default.ConfigurationReport);
            return ExitCodes.Success;
        }

        SettingsText.Render(report.Settings, invocation.Value(_origin), invocation.Surroundings.Out);
        await invocation.Surroundings.Out.FlushAsync();
        if (report.Project is { } project && project.Trust != ProjectText.Trusted) ProjectText.Withheld(project, new Talk(invocation.Surroundings));
        return ExitCodes.Success;
    }
}
