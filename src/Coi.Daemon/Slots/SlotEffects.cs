using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Daemon.Network;
using Coi.Daemon.Network.Inspection;
using Coi.Daemon.Protection;
using Coi.Domain;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.Incus;

namespace Coi.Daemon.Slots;

/// <summary>The launch pipeline and its reverse, against Incus.</summary>
internal sealed class SlotEffects(IncusClient incus, SlotNetworks networks, ISessionKeeper sessions, WorkspaceGuards guards, DaemonHome home) : ISlotEffects
{
    // On every terminal that is attached, until a key is pressed; and in the status line, for whoever attaches later.
    private const string Warning = """
        tmux list-clients -t "$1" -F '#{client_name}' | while read -r client; do tmux display-message -d 0 -c "$client" "$2"; done
        tmux set-option -t "$1" status-right " coi: this session's time is nearly up "
        tmux set-option -t "$1" status-right-length 60
        """;

    private static readonly TimeSpan ForcedStop = TimeSpan.FromSeconds(30);

    public async Task<NetworkPlan> ProvisionAsync(SlotState state, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        var spec = Spec(state);
        progress.Report(new Progress("network", $"Preparing {spec.Container}: network ({spec.Policy.Mode.Word()}) and container from image {spec.Image}"));
        var pool = SlotNetworks.PoolOf(spec);
        // Bridge and container know nothing of each other yet, so they are made side by side; the NIC joins them when both exist.
        // Neither is broken off halfway: Incus would go on making what nobody waits for, and it would appear after its removal.
        guards.Prepare(spec);
        var container = EnsureContainerAsync(spec, CancellationToken.None);
        // A kept one may run: its NIC is closed while its bridge changes, which must not meet the change of its devices.
        if (state.Reused) await container.ConfigureAwait(false);
        var network = networks.EnsureAsync(spec.Container, spec.Policy, pool, spec.Mtu, CancellationToken.None);
        await Task.WhenAll(container, network).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        var plan = await network.ConfigureAwait(false);
        await incus.Instances.PatchAsync(
            spec.Container,
            SlotContainer.Joined(plan, SlotContainer.DescriptionOf(spec)),
            CancellationToken.None).ConfigureAwait(false);
        return plan;
    }

    public async Task StartAsync(SlotState state, IReadOnlyDictionary<string, string> environment, IProgress<Progress> progress, CancellationToken cancellationToken)
    {
        var spec = Spec(state);
        var network = state.Network ?? throw new InvalidOperationException($"{spec.Container} has no network yet");
        progress.Report(new Progress("start", $"Starting {spec.Container}"));
        await sessions.BeginAsync(spec, cancellationToken).ConfigureAwait(false);
        await EnsureRunningAsync(state, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        progress.Report(new Progress("tool", spec.Run ? $"Making {spec.Container} ready" : $"Starting {spec.Command[0]} in {spec.Container}"));
        var result = await incus.Exec.CaptureAsync(
            spec.Container, SessionScript.Request(spec, network, environment), cancellationToken: cancellationToken).ConfigureAwait(false);
        if (result.ExitCode != 0) throw new FailureException(SessionScript.Explain(spec, result));
        if (HostFirewalls.Noticed(spec.Container, result, spec.SubnetPool) is { } blocked) progress.Report(new Progress(Progress.Notice, blocked));
    }

    public async Task MarkAsync(SlotState state, CancellationToken cancellationToken)
    {
        var spec = Spec(state);
        await sessions.BeginAsync(spec, cancellationToken).ConfigureAwait(false);
        await MarkContainerAsync(spec, cancellationToken).ConfigureAwait(false);
    }

    public Task PoliceAsync(SlotState state, CancellationToken cancellationToken)
    {
        // Not broken off halfway: what it closes it opens again only at its end.
        return networks.PoliceAsync(Spec(state), () => MarkAsync(state, CancellationToken.None), OwnerKeys.Session);
    }

    public async Task StopAsync(SlotState state, CancellationToken cancellationToken)
    {
        var name = Spec(state).Container;
        if (await incus.Instances.FindAsync(name, cancellationToken).ConfigureAwait(false) is not { } instance || instance.IsStopped) return;
        if (state.Stop is { Force: false, TimeoutSeconds: > 0 } wish)
        {
            try
            {
                await incus.Instances.StopAsync(name, TimeSpan.FromSeconds(wish.TimeoutSeconds), force: false, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (Exception ex) when (ex is IncusException or IncusTimeoutException)
            {
                // It did not stop in the time that it was given; the user was told that force follows.
            }
        }

        if (await incus.Instances.FindAsync(name, cancellationToken).ConfigureAwait(false) is not { } left || left.IsStopped) return;
        await incus.Instances.StopAsync(name, ForcedStop, force: true, cancellationToken).ConfigureAwait(false);
    }

    public async Task WarnAsync(SlotState state, string text, CancellationToken cancellationToken)
    {
        var spec = Spec(state);
        await incus.Exec.CaptureAsync(
            spec.Container,
            new ExecRequest
            {
                Command = ["sh", "-c", Warning, "coi-warning", $"={SlotNames.TmuxSession(spec.Container)}:", text],
                User = spec.Uid,
                Group = spec.Gid,
                Environment = SessionScript.BaseEnvironment(),
                Cwd = "/",
            },
            cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    public async Task FinaliseAsync(SlotState state, CancellationToken cancellationToken)
    {
        guards.Release(Spec(state).Container, Spec(state).Workspace);
        // It stopped before its keys could say that it is kept.
        if (state is { Unmarked: true, RemovesWhenStopped: false }) await MarkContainerAsync(Spec(state), cancellationToken).ConfigureAwait(false);
        await sessions.FinaliseAsync(Spec(state), launched: state.Failure is null, cancellationToken).ConfigureAwait(false);
    }

    public async Task RemoveAsync(SlotState state, CancellationToken cancellationToken)
    {
        var spec = Spec(state);
        if (await incus.Instances.FindAsync(spec.Container, cancellationToken).ConfigureAwait(false) is { } instance && IsOurs(instance))
        {
            if (!instance.IsStopped) await incus.Instances.StopAsync(spec.Container, ForcedStop, force: true, cancellationToken).ConfigureAwait(false);
            await incus.Instances.DeleteAsync(spec.Container, cancellationToken).ConfigureAwait(false);
        }

        guards.Release(spec.Container, spec.Workspace);
        await networks.RemoveAsync(spec.Container, cancellationToken).ConfigureAwait(false);
        if (state.Failure is not null) await sessions.FinaliseAsync(spec, launched: false, cancellationToken).ConfigureAwait(false);
    }

    public async Task CloseAsync(string container, CancellationToken cancellationToken)
    {
        if (await incus.Instances.FindAsync(container, cancellationToken).ConfigureAwait(false) is { } instance && IsOurs(instance))
            await new ClosedNic(incus).CloseAsync(instance).ConfigureAwait(false);
    }

    public async Task<SlotProtocol.RestoreFrom> RestoreAsync(string container, CancellationToken cancellationToken)
    {
        if (await incus.Instances.FindAsync(container, cancellationToken).ConfigureAwait(false) is not { } instance || !IsOurs(instance))
            return new SlotProtocol.RestoreFrom(new Restore(null, null), new InstanceObserved(Exists: false, Running: false));
        if (SlotContainer.SpecOf(instance) is not { } spec)
        {
            throw new FailureException(new Failure(
                "container.unreadable", $"{container} does not say what runs in it (its {OwnerKeys.Spec} cannot be read)", $"Copy what you need out of it, `incus delete --force {container}`, then recover it again"));
        }

        // The policy first: its NIC is opened into a network that has it.
        var plan = await networks.EnsureAsync(container, spec.Policy, SlotNetworks.PoolOf(spec), spec.Mtu, cancellationToken).ConfigureAwait(false);
        await new ClosedNic(incus).OpenAsync(instance, plan).ConfigureAwait(false);
        return new SlotProtocol.RestoreFrom(new Restore(spec, plan, instance.LastUsedAt), new InstanceObserved(Exists: true, !instance.IsStopped));
    }

    // A kept container that somebody started by hand is used as it runs, unless its workspace is to be guarded: guards are put when it starts.
    private async Task EnsureRunningAsync(SlotState state, CancellationToken cancellationToken)
    {
        var spec = Spec(state);
        if (state.Reused && await incus.Instances.FindAsync(spec.Container, cancellationToken).ConfigureAwait(false) is { IsRunning: true })
        {
            if (spec.ProtectedPaths is not { Count: > 0 }) return;
            throw new FailureException(new Failure(
                "container.unguarded",
                $"{spec.Container} was started by somebody else, and protected paths are only guarded in a container that coi starts; it is being stopped",
                "Run the command again; it starts the container itself"));
        }

        await new ContainerStart(incus).RunAsync(spec.Container, () => guards.Complaint(spec.Container)).ConfigureAwait(false);
    }

    private async Task MarkContainerAsync(LaunchSpec spec, CancellationToken cancellationToken)
    {
        var keys = SlotContainer.Config(spec, home).Where(key => key.Key.StartsWith("user.coi.", StringComparison.Ordinal)).ToDictionary();
        await incus.Instances.PatchAsync(spec.Container, new InstancePatch { Description = SlotContainer.DescriptionOf(spec), Config = keys }, cancellationToken).ConfigureAwait(false);
    }

    private async Task EnsureContainerAsync(LaunchSpec spec, CancellationToken cancellationToken)
    {
        var pool = spec.StoragePool ?? await DefaultPoolAsync(cancellationToken).ConfigureAwait(false);
        if (spec.Limits?.DiskBytes is not null) await RequireQuotasAsync(pool, cancellationToken).ConfigureAwait(false);
        if (await incus.Instances.FindAsync(spec.Container, cancellationToken).ConfigureAwait(false) is not { } existing)
        {
            await incus.Instances.CreateAsync(SlotContainer.Describe(spec, pool, home), progress: null, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (!IsOurs(existing))
        {
            throw new FailureException(new Failure(
                "container.foreign",
                $"a container {spec.Container} already exists that is not one of this coi's ({home.Root})",
                $"Delete it if nobody needs it (`incus delete {spec.Container}`), or set another COI_CONTAINER_PREFIX"));
        }

        // A kept container: this session's mounts and keys take the place of the last one's.
        await incus.Instances.ReplaceAsync(
            spec.Container,
            InstancePut.From(existing) with { Config = SlotContainer.Renewed(existing.Config, spec, home), Devices = RenewedDevices(existing, spec, PoolOf(existing) ?? pool) },
            etag: null,
            cancellationToken).ConfigureAwait(false);
    }

    // Incus takes a size for a pool of this driver and does not keep to it.
    private async Task RequireQuotasAsync(string pool, CancellationToken cancellationToken)
    {
        if (await incus.StoragePools.FindAsync(pool, cancellationToken).ConfigureAwait(false) is not { Driver: "dir" }) return;
        throw new FailureException(new Failure(
            "limits.disk_unsupported",
            $"limits.disk cannot be kept: storage pool '{pool}' is of the driver dir, which has no limits",
            "Use a pool on btrfs, zfs or lvm ([incus] storage_pool), or leave limits.disk out"));
    }

    // One that runs keeps its network while its mounts change.
    private static Dictionary<string, IReadOnlyDictionary<string, string>> RenewedDevices(Instance existing, LaunchSpec spec, string pool)
    {
        var devices = SlotContainer.Devices(spec, pool);
        if (existing.IsRunning && existing.Devices.TryGetValue("eth0", out var nic)) devices["eth0"] = nic;
        return devices;
    }

    private async Task<string> DefaultPoolAsync(CancellationToken cancellationToken)
    {
        var profile = await incus.Profiles.FindAsync("default", cancellationToken).ConfigureAwait(false);
        return profile?.Devices.Values.FirstOrDefault(d => d.GetValueOrDefault("type") == "disk" && d.GetValueOrDefault("path") == "/")?.GetValueOrDefault("pool")
            ?? throw new FailureException(new Failure(
                "storage.unknown", "Incus' default profile has no root disk, so the storage pool is unknown", "Initialise Incus (`incus admin init`), or set incus.storage_pool"));
    }

    private static string? PoolOf(Instance instance) => instance.Devices.GetValueOrDefault("root")?.GetValueOrDefault("pool");

    private bool IsOurs(Instance instance) => instance.Config.GetValueOrDefault(OwnerKeys.Home) == home.Root;

    private static LaunchSpec Spec(SlotState state) => state.Spec ?? throw new InvalidOperationException("a free slot has nothing to do");
}
