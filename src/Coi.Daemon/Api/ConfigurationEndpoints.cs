using Coi.Contracts;
using Coi.Daemon.Configuration;
using Coi.Daemon.Hosting;
using Coi.Domain.Configuration;

namespace Coi.Daemon.Api;

/// <summary>Routes about the configuration; none of them needs Incus.</summary>
internal sealed class ConfigurationEndpoints(ProcessOwner owner, TrustStore trust)
{
    /// <summary><c>POST /v1/configuration</c>.</summary>
    public async Task ShowAsync(HttpContext context)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.ConfigurationQuery) is not { } query) return;
        switch (ConfigurationLoader.Load(Request(query)))
        {
            case ConfigurationResult.Loaded loaded:
                var settings = loaded.Configuration.Values.Select(pair => pair.Value.ToContract(pair.Key)).ToList();
                await ApiResults.JsonAsync(context, new ConfigurationReport(settings, loaded.Project?.ToContract()), ContractsJson.Default.ConfigurationReport);
                break;
            case ConfigurationResult.Refused refused:
                await ApiResults.ProblemAsync(context, 409, refused.ToFailure().ToProblem());
                break;
        }
    }

    /// <summary><c>POST /v1/configuration/check</c>: every file, every problem.</summary>
    public async Task CheckAsync(HttpContext context)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.ConfigurationQuery) is not { } query) return;
        var request = Request(query);
        var result = ConfigurationLoader.Load(request);
        var files = ConfigurationLoader.Files(request).Select(file => new ConfigurationFile(ConfigurationMapping.Name(file.Layer), file.Path, File.Exists(file.Path)));
        var problems = result switch
        {
            ConfigurationResult.Refused refused => refused.Problems,
            ConfigurationResult.Loaded loaded => [.. LaunchFaults.Of(loaded, owner.HomeDirectory)],
            _ => [],
        };
        var warnings = result is ConfigurationResult.Loaded usable ? WithoutEffect.Of(usable) : [];
        await ApiResults.JsonAsync(
            context,
            new ConfigurationCheck(
                [.. files], [.. problems.Select(problem => problem.ToContract())], result.Project?.ToContract(), [.. warnings.Select(warning => warning.ToContract())]),
            ContractsJson.Default.ConfigurationCheck);
    }

    /// <summary><c>GET /v1/configuration/schema</c>.</summary>
    public static Task SchemaAsync(HttpContext context)
    {
        context.Response.ContentType = "application/schema+json";
        return context.Response.WriteAsync(ConfigurationSchema.Write(), context.RequestAborted);
    }

    /// <summary><c>POST /v1/configuration/starter</c>.</summary>
    public async Task StarterAsync(HttpContext context)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.ConfigurationQuery) is not { } query) return;
        var request = Request(query);
        var forProject = context.Request.Query["project"] == "true";
        if (forProject && request.WorkspacePath is null)
        {
            await ApiResults.ProblemAsync(context, 400, new Problem("request.invalid", "a workspace's file needs a workspace"));
            return;
        }

        var path = ConfigurationLoader.Files(request).First(file => file.Layer == (forProject ? Layer.Project : Layer.User)).Path;
        await ApiResults.JsonAsync(context, new StarterFile(path, Starter.Write(forProject)), ContractsJson.Default.StarterFile);
    }

    private ConfigurationRequest Request(ConfigurationQuery query) => new()
    {
        Home = owner.HomeDirectory,
        WorkspacePath = query.Workspace,
        Environment = query.Client.Environment,
        Profile = query.Profile,
        Overrides = new ConfigurationOverrides { Image = query.Image, Persistent = query.Persistent, Network = query.Network, Mounts = query.Mounts.ToFlags() },
        Trust = trust,
    };
}
