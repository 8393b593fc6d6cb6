using Coi.Contracts;
using Coi.Daemon.Incus;
using Coi.Daemon.Network;
using Coi.Domain.Configuration;
using Coi.Domain.Network;
using Coi.Incus;

namespace Coi.Daemon.Doctor;

/// <summary>What must hold in Incus and on the host before a session can start. Only reads.</summary>
internal sealed class IncusChecks(IncusClient incus)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>Looks.</summary>
    public async Task<IReadOnlyList<DoctorCheck>> RunAsync(EffectiveConfiguration configuration, CancellationToken cancellationToken)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Deadline);
        try
        {
            var server = await incus.GetServerAsync(deadline.Token);
            return
            [
                new("incus", DoctorCheck.Ok, $"Incus {server.Version} answers at {incus.SocketPath}, project {incus.Project}"),
                Owners(server, configuration),
                await PoolAsync(configuration, deadline.Token),
                await ImageAsync(configuration, deadline.Token),
                await SubnetsAsync(configuration, deadline.Token),
                Firewall(server),
            ];
        }
        catch (Exception ex) when (ex is IncusException or IncusUnavailableException or IncusTimeoutException)
        {
            var failure = IncusFailures.Explain(ex);
            return [new("incus", DoctorCheck.Failed, failure.Message, failure.Hint)];
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return [new("incus", DoctorCheck.Failed, $"Incus did not answer all questions within {Deadline.TotalSeconds:0} s", "Look at the load of the machine and at Incus' log")];
        }
    }

    private static DoctorCheck Owners(ServerInfo server, EffectiveConfiguration configuration) =>
        configuration.DisableShift || server.Environment.KernelFeatures.GetValueOrDefault("idmapped_mounts") == "true"
            ? new("owners", DoctorCheck.Ok, configuration.DisableShift ? "mounts are made without mapping owners (incus.disable_shift)" : "the kernel maps owners of mounts")
            : new("owners", DoctorCheck.Failed, $"kernel {server.Environment.KernelVersion} cannot map owners of mounts", "Use a kernel of 5.12 or later, or set incus.disable_shift");

    private async Task<DoctorCheck> PoolAsync(EffectiveConfiguration configuration, CancellationToken cancellationToken)
    {
        var name = configuration.StoragePool ?? (await incus.Profiles.FindAsync("default", cancellationToken))?.Devices.Values
            .FirstOrDefault(device => device.GetValueOrDefault("type") == "disk" && device.GetValueOrDefault("path") == "/")?.GetValueOrDefault("pool");
        if (name is null) return new("pool", DoctorCheck.Failed, "Incus' default profile has no root disk, so the storage pool is unknown", "Initialise Incus (`incus admin init`), or set incus.storage_pool");
        if (await incus.StoragePools.FindAsync(name, cancellationToken) is not { } pool) return new("pool", DoctorCheck.Failed, $"there is no storage pool '{name}'", "incus storage list");
        return pool.Driver == "dir"
            ? new("pool", DoctorCheck.Warning, $"storage pool '{name}' is of the driver dir: each container is a full copy of the image", "A pool on btrfs or ZFS starts in a fraction of the time (docs/troubleshooting.md)")
            : new("pool", DoctorCheck.Ok, $"storage pool '{name}' ({pool.Driver})");
    }

    private async Task<DoctorCheck> ImageAsync(EffectiveConfiguration configuration, CancellationToken cancellationToken) =>
        await incus.Images.FindByAliasAsync(configuration.Image, cancellationToken) is null
            ? new("image", DoctorCheck.Failed, $"image '{configuration.Image}' does not exist", configuration.Image == "coi" ? "coi build" : "incus image list")
            : new("image", DoctorCheck.Ok, $"image '{configuration.Image}' exists");

    private async Task<DoctorCheck> SubnetsAsync(EffectiveConfiguration configuration, CancellationToken cancellationToken)
    {
        var pool = Ipv4Range.Parse(configuration.Network.SubnetPool);
        if (pool is not { } range) return new("subnets", DoctorCheck.Failed, $"network.subnet_pool '{configuration.Network.SubnetPool}' is not a range", "Write it like 10.213.0.0/16");
        var networks = await incus.Networks.ListAsync(cancellationToken);
        Ipv4Range[] taken =
        [
            .. HostNetwork.RoutedRangesWithin(range),
            .. networks.Select(n => n.Config.GetValueOrDefault("ipv4.address") is { Length: > 0 } address ? Ipv4Range.Parse(address) : null).OfType<Ipv4Range>(),
        ];
        return SubnetAllocation.Choose(range, "coi-doctor", taken) is null
            ? new("subnets", DoctorCheck.Failed, $"no free /{NetworkPlan.PrefixLength} is left in network.subnet_pool {range}", "End sessions, or set another network.subnet_pool")
            : new("subnets", DoctorCheck.Ok, $"networks are taken from {range}");
    }

    // Incus' rules do not open what another chain of the host drops; Docker is the usual one.
    private static DoctorCheck Firewall(ServerInfo server)
    {
        if (server.Environment.Firewall is not ("nftables" or ""))
            return new("firewall", DoctorCheck.Warning, $"Incus uses {server.Environment.Firewall}; coi's policies were tried with nftables", "Install nftables and restart Incus");
        return Directory.Exists("/sys/class/net/docker0")
            ? new("firewall", DoctorCheck.Warning, "Docker runs on this host, and drops what it does not know unless it is told otherwise", "If containers reach nothing, see docs/troubleshooting.md, \"Network inside the container\"")
            : new("firewall", DoctorCheck.Ok, "nothing is known that would drop containers' packets");
    }
}
