using Coi.Daemon.Incus;
using Coi.Incus;

namespace Coi.Daemon.Images;

/// <summary>Removes what builds made for themselves.</summary>
internal sealed class BuildLeftovers(IncusClient incus)
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    // Nothing announces that an instance is free again: its creation's operation, when it was cancelled, has ended before.
    private static readonly TimeSpan BusyPoll = TimeSpan.FromMilliseconds(200);

    /// <summary>Removes all containers, bridges, ACLs and images that builds of the daemon with this home left behind; returns their names.</summary>
    public async Task<IReadOnlyList<string>> RemoveAsync(string home, CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        // In this order: a bridge in use cannot be deleted, nor an ACL in use.
        foreach (var instance in (await incus.Instances.ListAsync(cancellationToken)).Where(i => BuildMarks.AreOn(i.Config, home)))
        {
            await RemoveInstanceAsync(instance.Name, cancellationToken);
            removed.Add(instance.Name);
        }

        foreach (var network in (await incus.Networks.ListAsync(cancellationToken)).Where(n => BuildMarks.AreOn(n.Config, home)))
        {
            await Absence.IgnoreAsync(incus.Networks.DeleteAsync(network.Name, cancellationToken));
            removed.Add(network.Name);
        }

        foreach (var acl in (await incus.NetworkAcls.ListAsync(cancellationToken)).Where(a => BuildMarks.AreOn(a.Config, home)))
        {
            await Absence.IgnoreAsync(incus.NetworkAcls.DeleteAsync(acl.Name, cancellationToken));
            removed.Add($"{acl.Name} (ACL)");
        }

        foreach (var image in (await incus.Images.ListAsync(cancellationToken)).Where(i => BuildMarks.AreOn(i.Properties, home)))
        {
            // The build was killed behind its last step but one: the image is what it was to become.
            if (image.Aliases.Any(name => image.Aliases.Any(version => ImageVersions.IsOf(version.Name, name.Name))))
            {
                await Absence.IgnoreAsync(incus.Images.PatchAsync(image.Fingerprint, BuildMarks.Finished, cancellationToken));
                continue;
            }

            await Absence.IgnoreAsync(incus.Images.DeleteAsync(image.Fingerprint, cancellationToken));
            removed.Add($"{(image.Aliases is [var first, ..] ? first.Name : image.Fingerprint)} (image)");
        }

        return removed;
    }

    /// <summary>Stops and deletes a container; absence is fine. What Incus is still doing with it is waited for.</summary>
    public async Task RemoveInstanceAsync(string name, CancellationToken cancellationToken)
    {
        for (; ; await Task.Delay(BusyPoll, cancellationToken))
        {
            try
            {
                await RemoveOnceAsync(name, cancellationToken);
                return;
            }
            catch (IncusException error) when (error.IsBusy)
            {
                // Until the caller's deadline.
            }
        }
    }

    private async Task RemoveOnceAsync(string name, CancellationToken cancellationToken)
    {
        await AwaitOperationsAsync(name, cancellationToken);
        if (await incus.Instances.FindAsync(name, cancellationToken) is not { } instance) return;
        if (!instance.IsStopped) await Absence.IgnoreAsync(StopAsync(name, cancellationToken));
        await Absence.IgnoreAsync(incus.Instances.DeleteAsync(name, cancellationToken));
    }

    /// <summary>Deletes the image of an alias; absence is fine.</summary>
    public async Task RemoveImageAsync(string alias, CancellationToken cancellationToken)
    {
        if (await incus.Images.FindAliasAsync(alias, cancellationToken) is { } found)
            await Absence.IgnoreAsync(incus.Images.DeleteAsync(found.Target, cancellationToken));
    }

    private async Task StopAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await incus.Instances.StopAsync(name, StopTimeout, force: true, cancellationToken);
        }
        catch (IncusException error) when (error.ErrorText?.Contains("already stopped", StringComparison.OrdinalIgnoreCase) == true)
        {
        }
    }

    /// <summary>Publishing and unpacking go on in Incus when their client is gone; deleting under them would fail.</summary>
    private async Task AwaitOperationsAsync(string name, CancellationToken cancellationToken)
    {
        var suffix = $"/instances/{name}";
        foreach (var operation in await incus.Operations.ListAsync(cancellationToken))
        {
            if (operation.IsFinished || operation.Class != "task") continue;
            if (!operation.Resources.Values.Any(paths => paths.Any(p => p.EndsWith(suffix, StringComparison.Ordinal)))) continue;
            await incus.Operations.WaitAsync(operation.Id, null, $"wait for Incus to finish with {name} ({operation.Description})", cancellationToken);
        }
    }
}
