using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Daemon.Images;
using Coi.Daemon.Incus;
using Coi.Daemon.Network;
using Coi.Daemon.Network.Inspection;
using Coi.Daemon.Slots;
using Coi.Domain;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.Incus;

namespace Coi.Daemon.Containers;

/// <summary>Makes, changes and deletes containers by name; what a session's slot has to know it learns from Incus' events.</summary>
internal sealed class NamedContainers(IncusClient incus, SlotNetworks networks, DaemonHome home, NamedContainerIndex index)
{
    private const string Missing = "container.missing";
    private static readonly TimeSpan ForcedStop = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Undoing = TimeSpan.FromMinutes(2);

    private readonly KeyedLock _names = new();

    /// <summary>Makes the container without a network, then ACL and bridge, then joins them, then starts it: there is no moment without the policy.</summary>
    /// <exception cref="FailureException">It cannot be had; nothing of it is left.</exception>
    /// <returns>Its network, and what the user should know.</returns>
    public async Task<(NetworkPlan Plan, string? Notice)> LaunchAsync(
        LaunchSpec spec, InstanceSource source, string? storagePool, bool ephemeral, Func<Progress, Task> tell, CancellationToken cancellationToken)
    {
        using var turn = await _names.EnterAsync(spec.Container, cancellationToken);
        if (await incus.Instances.FindAsync(spec.Container, cancellationToken) is not null)
            throw new FailureException(new Failure("container.exists", $"container '{spec.Container}' already exists", $"coi container delete --force {spec.Container}, or take another name"));
        var pool = SlotNetworks.PoolOf(spec);
        var root = await RootDisk.FindAsync(incus, storagePool, cancellationToken);
        var made = false;
        try
        {
            await tell(new Progress("container", $"Making {spec.Container} from image {spec.Image}"));
            // Not broken off halfway: Incus would go on making what nobody waits for.
            await incus.Instances.CreateAsync(NamedContainer.Describe(spec, source, root, ephemeral, home), progress: null, CancellationToken.None);
            made = true;
            cancellationToken.ThrowIfCancellationRequested();
            await tell(new Progress("network", $"Making its network ({spec.Policy.Mode.Word()})"));
            var plan = await networks.EnsureAsync(spec.Container, spec.Policy, pool, spec.Mtu, CancellationToken.None, NamedContainer.Kind);
            cancellationToken.ThrowIfCancellationRequested();
            await tell(new Progress("start", $"Starting {spec.Container}"));
            await incus.Instances.PatchAsync(spec.Container, SlotContainer.Joined(plan, NamedContainer.Description), CancellationToken.None);
            await new ContainerStart(incus).RunAsync(spec.Container);
            cancellationToken.ThrowIfCancellationRequested();
            var first = await incus.Exec.CaptureAsync(spec.Container, FirstAddress.Request(plan), cancellationToken: cancellationToken);
            await LookAsync(spec.Container, cancellationToken);
            return (plan, HostFirewalls.Noticed(spec.Container, first, spec.SubnetPool));
        }
        catch (Exception)
        {
            if (made) await UndoAsync(spec.Container);
            throw;
        }
    }

    /// <summary>A container by name, whoever made it.</summary>
    /// <exception cref="FailureException">There is none, or another coi made it.</exception>
    public async Task<Instance> RequireAsync(string name, CancellationToken cancellationToken)
    {
        var instance = await incus.Instances.FindAsync(name, cancellationToken)
            ?? throw new FailureException(new Failure(Missing, $"container '{name}' not found", "`coi container list --all` shows what Incus has"));
        if (instance.Config.GetValueOrDefault(OwnerKeys.Home) is { } other && other != home.Root)
            throw new FailureException(new Failure("container.foreign", $"container '{name}' belongs to another coi ({other})", $"Use that one: COI_HOME={other}"));
        return instance;
    }

    /// <summary>Starts a container.</summary>
    public async Task StartAsync(string name, CancellationToken cancellationToken)
    {
        var instance = await RequireAsync(name, cancellationToken);
        if (instance.IsRunning) throw new FailureException(new Failure("container.running", $"container '{name}' is already running"));
        // One that an earlier version made has no fence yet.
        if (NamedContainer.Is(instance, home) && SlotContainer.SpecOf(instance) is { } spec)
        {
            await incus.Instances.PatchAsync(
                name, new InstancePatch { Description = instance.Description, Config = new Dictionary<string, string> { [FenceHook.Key] = FenceHook.Lines(spec) } }, cancellationToken);
        }

        await new ContainerStart(incus).RunAsync(name);
        await LookAsync(name, cancellationToken);
    }

    /// <summary>Stops a container; without force its inside is asked and given the time.</summary>
    public async Task StopAsync(string name, bool force, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if ((await RequireAsync(name, cancellationToken)).IsStopped) throw new FailureException(new Failure("container.stopped", $"container '{name}' is already stopped"));
        try
        {
            await incus.Instances.StopAsync(name, force ? ForcedStop : timeout, force, cancellationToken);
        }
        catch (Exception ex) when (!force && ex is IncusException or IncusTimeoutException)
        {
            throw new FailureException(new Failure("container.not_stopped", $"container '{name}' did not stop within {timeout.TotalSeconds:0} s: {ex.Message}", $"coi container stop --force {name}"));
        }

        await LookAsync(name, cancellationToken);
    }

    /// <summary>Stops one that was launched by name, cleanly when it is not forced and does so in time, and deletes it with its network.</summary>
    /// <returns>False when there is none of this home's by that name.</returns>
    public async Task<bool> EndAsync(string name, bool force, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (await incus.Instances.FindAsync(name, cancellationToken) is not { } instance || !NamedContainer.Is(instance, home)) return false;
        try
        {
            if (!force && instance.IsRunning) await incus.Instances.StopAsync(name, timeout, force: false, cancellationToken);
        }
        catch (Exception ex) when (ex is IncusException or IncusTimeoutException)
        {
            // It did not stop in the time that it was given; the user was told that force follows.
        }

        try
        {
            await DeleteAsync(name, force: true, cancellationToken);
        }
        catch (FailureException ex) when (ex.Failure.Code == Missing)
        {
            await SweepAsync(name, CancellationToken.None); // an ephemeral one went when it stopped
        }

        index.Gone(name);
        return true;
    }

    /// <summary>All that were launched by name, for whoever lists them; what is known of them when Incus has not answered since the daemon began.</summary>
    public async Task<IReadOnlyList<ContainerSummary>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!index.IsRead) await ReadAsync(cancellationToken);
        }
        catch (Exception ex) when (ex is IncusException or IncusUnavailableException or IncusTimeoutException)
        {
            // Sessions are listed from memory, and are to be without Incus too.
        }

        return index.List();
    }

    /// <summary>Reads all that were launched by name.</summary>
    /// <returns>Each with its network; null when it has none.</returns>
    public async Task<IReadOnlyList<(Instance Instance, NetworkPlan? Plan)>> ReadAsync(CancellationToken cancellationToken)
    {
        // Only what was known before can be gone: one that is launched meanwhile is not in Incus' answer.
        var before = index.List().Select(container => container.Name).ToList();
        var ours = new List<(Instance Instance, NetworkPlan? Plan)>();
        foreach (var instance in (await incus.Instances.ListAsync(cancellationToken)).Where(instance => NamedContainer.Is(instance, home)))
            ours.Add((instance, await SawAsync(instance, cancellationToken)));
        foreach (var name in before.Except(ours.Select(one => one.Instance.Name))) index.Gone(name);
        index.WasRead();
        return ours;
    }

    /// <summary>Reads one that was launched by name, for whoever lists them.</summary>
    /// <returns>The container and its network; null when Incus has none of this home's by that name.</returns>
    public async Task<(Instance Instance, NetworkPlan? Plan)?> LookAsync(string name, CancellationToken cancellationToken)
    {
        var instance = await incus.Instances.FindAsync(name, cancellationToken);
        if (instance is null || !NamedContainer.Is(instance, home))
        {
            index.Gone(name);
            return null;
        }

        return (instance, await SawAsync(instance, cancellationToken));
    }

    private async Task<NetworkPlan?> SawAsync(Instance instance, CancellationToken cancellationToken)
    {
        var network = await incus.Networks.FindAsync(SlotNames.Bridge(instance.Name), cancellationToken);
        var plan = network is null ? null : SlotNetworks.PlanOf(network, instance.Name);
        index.Saw(instance, plan);
        return plan;
    }

    /// <summary>Deletes a container, and what was made for it; one that runs only with force.</summary>
    public async Task DeleteAsync(string name, bool force, CancellationToken cancellationToken)
    {
        using var turn = await _names.EnterAsync(name, cancellationToken);
        var instance = await RequireAsync(name, cancellationToken);
        if (!instance.IsStopped)
        {
            if (!force) throw new FailureException(new Failure("container.running", $"container '{name}' is running", $"coi container delete --force {name}, or stop it first"));
            await incus.Instances.StopAsync(name, ForcedStop, force: true, cancellationToken);
        }

        await Absence.IgnoreAsync(incus.Instances.DeleteAsync(name, CancellationToken.None)); // an ephemeral one goes by itself
        if (!NamedContainer.Is(instance, home)) return;
        index.Gone(name);
        await networks.RemoveAsync(name, CancellationToken.None);
    }

    /// <summary>Mounts something of the host.</summary>
    public async Task MountAsync(string name, MountContainerRequest mount, CancellationToken cancellationToken)
    {
        var instance = await RequireAsync(name, cancellationToken);
        if (!Path.Exists(mount.Source)) throw new FailureException(new Failure("mount.missing", $"{mount.Source} does not exist", $"mkdir -p '{mount.Source}', or correct the path"));
        if (instance.ExpandedDevices.ContainsKey(mount.Device))
            throw new FailureException(new Failure("mount.exists", $"container '{name}' already has a device '{mount.Device}'", $"`coi container info {name}` shows its devices; take another name"));
        var disk = new Dictionary<string, string> { ["type"] = "disk", ["source"] = mount.Source, ["path"] = mount.Path, ["shift"] = mount.Shift ? "true" : "false" };
        if (mount.ReadOnly) disk["readonly"] = "true";
        await incus.Instances.PatchAsync(
            name, new InstancePatch { Description = instance.Description, Devices = new Dictionary<string, IReadOnlyDictionary<string, string>> { [mount.Device] = disk } }, cancellationToken);
    }

    /// <summary>Puts another policy into force in a container that runs.</summary>
    /// <param name="spec">The container with the new policy.</param>
    /// <param name="from">The policy that the new one was made from; null when it stands in the container's keys already.</param>
    /// <param name="cancellationToken">Gives up before it has begun.</param>
    public async Task PoliceAsync(LaunchSpec spec, NetworkPolicy? from, CancellationToken cancellationToken)
    {
        using var turn = await _names.EnterAsync(spec.Container, cancellationToken);
        var instance = await RequireAsync(spec.Container, cancellationToken);
        if (from is not null && SlotContainer.SpecOf(instance)?.Policy != from) throw new FailureException(NetworkFailures.Changed(spec.Container));
        if (!instance.IsRunning)
            throw new FailureException(new Failure("network.not_running", $"container '{spec.Container}' does not run", $"coi container start {spec.Container}"));
        // Not broken off halfway: what it closes it opens again only at its end.
        await networks.PoliceAsync(spec, () => MarkAsync(spec, done: false), NamedContainer.Kind);
        await MarkAsync(spec, done: true);
        await LookAsync(spec.Container, cancellationToken);
    }

    /// <summary>Removes the network of a container that is gone; one that exists, or is being made, keeps it.</summary>
    public async Task SweepAsync(string name, CancellationToken cancellationToken)
    {
        using var turn = await _names.EnterAsync(name, cancellationToken);
        if (await incus.Instances.FindAsync(name, cancellationToken) is not null) return;
        var network = await networks.FindWhatIsLeftAsync(SlotNames.Bridge(name), cancellationToken);
        var acl = await incus.NetworkAcls.FindAsync(SlotNames.Acl(name), cancellationToken);
        if ((network is not null && NamedContainer.IsMarked(network.Config, home)) || (acl is not null && NamedContainer.IsMarked(acl.Config, home)))
            await networks.RemoveAsync(name, cancellationToken);
    }

    /// <summary>Names of containers of this home whose network is there; they themselves may be gone.</summary>
    public async Task<IReadOnlyList<string>> ServedAsync(CancellationToken cancellationToken)
    {
        var configs = (await incus.Networks.ListAsync(cancellationToken)).Select(n => n.Config).Concat((await incus.NetworkAcls.ListAsync(cancellationToken)).Select(a => a.Config));
        return [.. configs.Where(config => NamedContainer.IsMarked(config, home)).Select(config => config.GetValueOrDefault(OwnerKeys.Container) ?? "").Where(name => name.Length > 0).Distinct()];
    }

    private Task MarkAsync(LaunchSpec spec, bool done) => incus.Instances.PatchAsync(
        spec.Container, new InstancePatch { Description = NamedContainer.Description, Config = NamedContainer.Policed(spec, done) }, CancellationToken.None);

    private async Task UndoAsync(string name)
    {
        using var deadline = new CancellationTokenSource(Undoing);
        if (await incus.Instances.FindAsync(name, deadline.Token) is { IsStopped: false }) await Absence.IgnoreAsync(incus.Instances.StopAsync(name, ForcedStop, force: true, deadline.Token));
        await Absence.IgnoreAsync(incus.Instances.DeleteAsync(name, deadline.Token));
        await networks.RemoveAsync(name, deadline.Token);
    }
}
