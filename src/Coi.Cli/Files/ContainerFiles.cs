using Coi.Cli.Instances;
using Coi.Contracts;
using Coi.Incus;

namespace Coi.Cli.Files;

/// <summary>The files of one container: where they are reached, and what must be so before.</summary>
internal sealed class ContainerFiles : IAsyncDisposable
{
    private static readonly TimeSpan CleaningDeadline = TimeSpan.FromMinutes(1);

    private readonly IncusClient _incus;
    private readonly string _name;

    private ContainerFiles(IncusClient incus, string name, SftpSession session) => (_incus, _name, Session) = (incus, name, session);

    /// <summary>The connection.</summary>
    public SftpSession Session { get; }

    /// <summary>Reaches them.</summary>
    public static async Task<ContainerFiles> OpenAsync(Surroundings surroundings, ContainerPath path, CancellationToken cancellationToken)
    {
        var incus = await DirectIncus.OpenAsync(surroundings, cancellationToken);
        try
        {
            var instance = await incus.Instances.FindAsync(path.Container, cancellationToken) ?? throw DirectIncus.Missing(path.Container);
            if (instance.IsStopped) RefuseMounts(instance, path);
            return new ContainerFiles(incus, path.Container, await incus.Files.OpenSftpAsync(path.Container, cancellationToken));
        }
        catch
        {
            incus.Dispose();
            throw;
        }
    }

    /// <summary>Removes something of ours that was not finished, over a connection of its own: the other may be what failed.</summary>
    public async Task CleanAsync(SftpPath path, Talk talk)
    {
        using var deadline = new CancellationTokenSource(CleaningDeadline);
        try
        {
            await using var session = await _incus.Files.OpenSftpAsync(_name, deadline.Token);
            await RemoteTree.DeleteAsync(session, path, deadline.Token);
        }
        catch (Exception e) when (e is IncusException or IncusUnavailableException or IncusTimeoutException or OperationCanceledException)
        {
            talk.Warning($"{_name}:{path} is unfinished and could not be removed: {e.Message}");
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        _incus.Dispose();
    }

    // A stopped container shows what lies below its mounts: what is put there is covered as soon as it starts.
    private static void RefuseMounts(Instance instance, ContainerPath path)
    {
        foreach (var device in instance.ExpandedDevices.Values)
        {
            if (device.GetValueOrDefault("type") != "disk" || device.GetValueOrDefault("path") is not { } mount || mount.TrimEnd('/') is not { Length: > 0 } at) continue;
            if (path.Path != at && !path.Path.StartsWith(at + "/", StringComparison.Ordinal)) continue;
            var host = device.GetValueOrDefault("source") is { } source && source.StartsWith('/') ? source + path.Path[at.Length..] : null;
            throw new ProblemException(new Problem(
                "file.mount",
                $"{at} in container '{instance.Name}' is a mount, which is there only while the container runs",
                host is null ? $"coi container start {instance.Name}" : $"on this machine it is {host}; or: coi container start {instance.Name}"));
        }
    }
}
