using Coi.Contracts;
using Coi.Daemon.Configuration;
using Coi.Daemon.Hosting;
using Coi.Domain;

namespace Coi.Daemon.Api;

/// <summary>Routes about which workspaces' files the user trusts.</summary>
internal sealed class TrustEndpoints(ProcessOwner owner, TrustStore trust)
{
    /// <summary><c>POST /v1/trust/inspect</c>.</summary>
    public async Task InspectAsync(HttpContext context)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.InspectProjectRequest) is not { } request) return;
        await AnswerAsync(context, () => Project(request.Workspace, request.Client).ToContract(), ContractsJson.Default.ProjectFileReport);
    }

    /// <summary><c>POST /v1/trust</c>.</summary>
    public async Task TrustAsync(HttpContext context)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.TrustProjectRequest) is not { } request) return;
        await AnswerAsync(
            context,
            () =>
            {
                var project = Project(request.Workspace, request.Client);
                if (project.Sha256 != request.Sha256)
                    throw new FailureException(new Failure("trust.changed", $"{project.Path} was changed in this moment; it is not trusted", "look at it again with `coi trust`"));
                trust.Add(project.Path, project.Sha256);
                return (project with { Trust = TrustState.Trusted }).ToContract();
            },
            ContractsJson.Default.ProjectFileReport);
    }

    /// <summary><c>POST /v1/untrust</c>.</summary>
    public async Task UntrustAsync(HttpContext context)
    {
        if (await ApiResults.ReadAsync(context, ContractsJson.Default.UntrustProjectRequest) is not { } request) return;
        var file = ConfigurationLoader.ProjectPath(request.Workspace);
        await AnswerAsync(context, () => new UntrustedProject(file, trust.Remove(file)), ContractsJson.Default.UntrustedProject);
    }

    /// <summary><c>GET /v1/trust</c>.</summary>
    public Task ListAsync(HttpContext context) => AnswerAsync(
        context,
        () => new TrustedProjects([.. trust.List().Select(entry => new TrustedProject(entry.Path, entry.Sha256, entry.TrustedAt, State(entry)))]),
        ContractsJson.Default.TrustedProjects);

    private ProjectFile Project(string workspace, ClientContext client)
    {
        var result = ConfigurationLoader.Load(new ConfigurationRequest
        {
            Home = owner.HomeDirectory,
            WorkspacePath = workspace,
            Environment = client.Environment,
            Trust = trust,
        });
        var path = ConfigurationLoader.ProjectPath(workspace);
        // Only what is wrong with this very file is in the way of trusting it.
        if (result is ConfigurationResult.Refused refused && refused.Problems.FirstOrDefault(problem => problem.Origin?.Source == path) is { } problem)
            throw new FailureException(problem.ToFailure());
        return result.Project ?? throw new FailureException(new Failure("trust.no_file", $"there is no {path} to trust", "name the directory of the project: `coi trust DIRECTORY`"));
    }

    private static string State(TrustEntry entry)
    {
        try
        {
            var hash = Path.GetDirectoryName(entry.Path) is { } workspace ? ConfigurationLoader.ProjectHash(workspace) : null;
            return hash is null ? "missing" : ConfigurationMapping.Name(hash == entry.Sha256 ? TrustState.Trusted : TrustState.Changed);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A link or a pipe in its place, or a directory that may not be entered any more: not what was trusted.
            return ConfigurationMapping.Name(TrustState.Changed);
        }
    }

    private static async Task AnswerAsync<T>(HttpContext context, Func<T> answer, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        T value;
        try
        {
            value = answer();
        }
        catch (FailureException e)
        {
            await ApiResults.ProblemAsync(context, 409, e.Failure.ToProblem());
            return;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await ApiResults.ProblemAsync(context, 500, new Problem("trust.unwritable", $"the list of trusted files cannot be written: {e.Message}"));
            return;
        }

        await ApiResults.JsonAsync(context, value, type);
    }
}
