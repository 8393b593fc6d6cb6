using Coi.Cli.Daemons;
using Coi.Cli.Images;
using Coi.Cli.Instances;
using Coi.Cli.Sessions;
using Coi.Contracts;
using Coi.Incus;

namespace Coi.Cli.Completion;

/// <summary>Names that only the daemon knows; none when it does not run.</summary>
internal sealed class DynamicNames(Surroundings surroundings)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Names of containers.</summary>
    public async Task<IEnumerable<string>> ContainersAsync(bool running) =>
        from listing in new[] { await ListAsync("v1/list") }
        from container in running ? listing.Containers : listing.All
        where !running || container.Status == "Running"
        select $"{container.Name}\t{container.Status}{(container.Workspace.Length > 0 ? ", " : "")}{container.Workspace}";

    /// <summary>Names of containers with the colon after them that a path follows.</summary>
    public async Task<IEnumerable<string>> ContainerPathsAsync() =>
        (await ContainersAsync(running: false)).Select(name => name.Insert(name.IndexOf('\t', StringComparison.Ordinal), ":"));

    /// <summary>Ids of saved sessions of this directory.</summary>
    public async Task<IEnumerable<string>> SessionsAsync() =>
        from session in (await ListAsync("v1/list?all=true")).Sessions ?? []
        where session.Workspace == surroundings.WorkingDirectory
        select $"{session.Id}\tsaved {session.SavedAt}";

    /// <summary>Aliases of images.</summary>
    public async Task<IEnumerable<string>> ImagesAsync()
    {
        try
        {
            if (await AskAsync((daemon, patience) => daemon.GetAsync("v1/incus", "asking where Incus is", ContractsJson.Default.IncusPlace, patience)) is not { } place) return [];
            using var patience = new CancellationTokenSource(Patience);
            using var incus = DirectIncus.Open(place);
            return from image in await incus.Images.ListAsync(patience.Token)
                   from alias in image.Aliases
                   orderby alias.Name
                   select $"{alias.Name}\t{ByteSize.Text(image.Size)} {LocalImages.Description(image)}".TrimEnd();
        }
        catch (Exception e) when (e is IncusException or IncusUnavailableException or IncusTimeoutException or OperationCanceledException)
        {
            return [];
        }
    }

    /// <summary>Names of the profiles that count in this directory.</summary>
    public async Task<IEnumerable<string>> ProfilesAsync()
    {
        var query = new ConfigurationQuery { Workspace = surroundings.WorkingDirectory, Client = ClientContexts.Of(surroundings) };
        var body = Daemon.Body(query, ContractsJson.Default.ConfigurationQuery);
        var report = await AskAsync((daemon, patience) =>
            daemon.CallAsync(HttpMethod.Post, "v1/configuration", body, "reading the configuration", ContractsJson.Default.ConfigurationReport, patience));
        return report?.Settings.Where(setting => setting.Key.StartsWith("profiles.", StringComparison.Ordinal)).Select(setting => setting.Key.Split('.')[1]).Distinct() ?? [];
    }

    private async Task<Listing> ListAsync(string path) =>
        await AskAsync((daemon, patience) => daemon.GetAsync(path, "listing containers", ContractsJson.Default.Listing, patience)) ?? new Listing([], null);

    private async Task<T?> AskAsync<T>(Func<Daemon, CancellationToken, Task<T>> question)
        where T : class
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            using var daemon = Daemon.IfRunning(surroundings);
            if (daemon is not null) return await question(daemon, patience.Token);
        }
        catch (Exception e) when (e is ProblemException or OperationCanceledException)
        {
            // A completion has nobody to complain to.
        }

        return null;
    }
}
