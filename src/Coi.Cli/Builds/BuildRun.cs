using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.Builds;

/// <summary>Has an image built, shows how it goes, and cancels it on Ctrl-C. A terminal that goes away leaves the build running.</summary>
internal sealed class BuildRun(Surroundings surroundings)
{
    private readonly string _id = Guid.NewGuid().ToString("N");

    /// <summary>Builds; the result is null, with the exit code, when Ctrl-C ended it.</summary>
    public async Task<(BuiltImage? Built, int ExitCode)> RunAsync(BuildRequest request)
    {
        request = request with { Id = _id };
        using var interruption = Interruption.Watch(hangUp: false);
        using var daemon = Daemon.Of(surroundings);
        using var streamEnd = new CancellationTokenSource();
        try
        {
            using var view = new ProgressView(surroundings, keepsSteps: true);
            await using var cancelling = interruption.Token.Register(() => _ = CancelAsync(request.Alias, view, streamEnd));
            return (await daemon.StreamAsync(
                HttpMethod.Post, "v1/builds", Daemon.Body(request, ContractsJson.Default.BuildRequest), $"building the image {request.Alias}",
                ContractsJson.Default.BuiltImage, view, streamEnd.Token), 0);
        }
        catch (Exception e) when (interruption.Came && e is ProblemException or OperationCanceledException)
        {
            new Talk(surroundings).Say("Cancelled." + (e is ProblemException { Problem.Code: not "build.cancelled" } problem ? $" ({problem.Message})" : ""));
            return (null, interruption.ExitCode);
        }
    }

    // The daemon ends the build and the stream says so; only when it cannot be asked is the stream left.
    private async Task CancelAsync(string alias, ProgressView view, CancellationTokenSource streamEnd)
    {
        view.Log("Cancelling the build (Ctrl-C again does not wait until everything of it is removed)");
        try
        {
            using var daemon = Daemon.IfRunning(surroundings);
            if (daemon is not null)
            {
                await daemon.CallAsync(
                    HttpMethod.Post, $"v1/builds/{Uri.EscapeDataString(alias)}/cancel?request={_id}", [], "cancelling the build", ContractsJson.Default.CancelledBuild, CancellationToken.None);
                return;
            }
        }
        catch (ProblemException e)
        {
            new Talk(surroundings).Error(e.Problem);
        }

        await streamEnd.CancelAsync();
    }
}
