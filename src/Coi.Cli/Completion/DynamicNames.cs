using Coi.Cli.Daemons;
using Coi.Contracts;

namespace Coi.Cli.Completion;

/// <summary>Names that only the daemon knows; none when it does not run.</summary>
internal sealed class DynamicNames(Surroundings surroundings)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Names of containers.</summary>
    public async Task<IEnumerable<string>> ContainersAsync(bool running) =>
        from container in (await ListAsync("v1/list")).Containers
        where !running || container.Status == "Running"
        select $"{container.Name}\t{container.Status}, {container.Workspace}";

    /// <summary>Ids of saved sessions of this directory.</summary>
    public async Task<IEnumerable<string>> SessionsAsync() =>
        from session in (await ListAsync("v1/list?all=true")).Sessions ?? []
        where session.Workspace == surroundings.WorkingDirectory
        select $"{session.Id}\tsaved {session.SavedAt}";

    private async Task<Listing> ListAsync(string path)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            using var daemon = Daemon.IfRunning(surroundings);
            if (daemon is not null) return await daemon.GetAsync(path, "listing containers", ContractsJson.Default.Listing, patience.Token);
        }
        catch (Exception e) when (e is ProblemException or OperationCanceledException)
        {
            // A completion has nobody to complain to.
        }

        return new Listing([], null);
    }
}
