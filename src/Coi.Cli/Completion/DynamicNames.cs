using System.Globalization;
using Coi.Cli.Daemons;
using Coi.Cli.Instances;
using Coi.Cli.Sessions;
using Coi.Contracts;
using Coi.Incus;

namespace Coi.Cli.Completion;

/// <summary>Names that only the daemon or Incus know; none when the daemon does not run.</summary>
internal sealed class DynamicNames(Surroundings surroundings)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Names of sessions' containers.</summary>
    public async Task<IEnumerable<string>> ContainersAsync(bool running) =>
        from listing in new[] { await ListAsync("v1/list") }
        from container in running ? listing.Containers : listing.All
        where !running || container.Status == "Running"
        select $"{container.Name}\t{container.Status}{(container.Workspace.Length > 0 ? ", " : "")}{container.Workspace}";

    /// <summary>Names of containers with the colon after them that a path follows.</summary>
    public async Task<IEnumerable<string>> ContainerPathsAsync() =>
        (await ContainersAsync(running: false)).Select(name => name.Insert(name.IndexOf('\t', StringComparison.Ordinal), ":"));

    /// <summary>Names of all containers of this coi.</summary>
    public async Task<IEnumerable<string>> InstancesAsync(bool running)
    {
        var home = DaemonPaths.Home(surroundings.Variable);
        var instances = await IncusAsync((incus, patience) => incus.Instances.ListAsync(patience)) ?? [];
        return from instance in instances
               where instance.Config.GetValueOrDefault("user.coi.home") == home && (!running || instance.IsRunning)
               select $"{instance.Name}\t{instance.Status}, {instance.Config.GetValueOrDefault("user.coi.workspace") ?? "launched by name"}";
    }

    /// <summary>Aliases of local images.</summary>
    public async Task<IEnumerable<string>> ImagesAsync() =>
        from alias in await IncusAsync((incus, patience) => incus.Images.ListAliasesAsync(patience)) ?? []
        orderby alias.Name
        select alias.Description is { Length: > 0 } description ? $"{alias.Name}\t{description}" : alias.Name;

    /// <summary>Slots of this directory that are taken, and the first one that is free.</summary>
    public async Task<IEnumerable<string>> SlotsAsync()
    {
        var taken = (await ListAsync("v1/list")).Containers.Where(container => container.Workspace == surroundings.WorkingDirectory).OrderBy(container => container.Slot).ToList();
        var free = Enumerable.Range(1, taken.Count + 1).First(slot => taken.TrueForAll(container => container.Slot != slot));
        return taken.Select(container => (container.Slot, What: $"{container.Status}, {container.Name}"))
            .Append((free, "free"))
            .OrderBy(slot => slot.Item1)
            .Select(slot => $"{slot.Item1.ToString(CultureInfo.InvariantCulture)}\t{slot.Item2}");
    }

    /// <summary>Ids of saved sessions of this directory.</summary>
    public async Task<IEnumerable<string>> SessionsAsync() =>
        from session in (await ListAsync("v1/list?all=true")).Sessions ?? []
        where session.Workspace == surroundings.WorkingDirectory
        select $"{session.Id}\tsaved {session.SavedAt}";

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

    private Task<T?> IncusAsync<T>(Func<IncusClient, CancellationToken, Task<T>> question)
        where T : class => QuietlyAsync(async patience =>
    {
        if (DirectIncus.Written(surroundings) is not { } place) return null;
        using var incus = DirectIncus.Open(place);
        return await question(incus, patience);
    });

    private Task<T?> AskAsync<T>(Func<Daemon, CancellationToken, Task<T>> question)
        where T : class => QuietlyAsync(async patience =>
    {
        using var daemon = Daemon.IfRunning(surroundings);
        return daemon is null ? null : await question(daemon, patience);
    });

    private static async Task<T?> QuietlyAsync<T>(Func<CancellationToken, Task<T?>> question)
        where T : class
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            return await question(patience.Token);
        }
        catch (Exception e) when (e is ProblemException or OperationCanceledException or IncusException or IncusUnavailableException or IncusTimeoutException)
        {
            return null; // a completion has nobody to complain to
        }
    }
}
