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
        await EachAsync(await incus.Instances.ListAsync(cancellationToken), i => i.Config, i => RemoveInstanceAsync(i.Name, cancellationToken), i => i.Name);
        await EachAsync(await incus.Networks.ListAsync(cancellationToken), n => n.Config, n => incus.Networks.DeleteAsync(n.Name, cancellationToken), n => n.Name);
        await EachAsync(await incus.NetworkAcls.ListAsync(cancellationToken), a => a.Config, a => incus.NetworkAcls.DeleteAsync(a.Name, cancellationToken), a => $"{a.Name} (ACL)");
        var images = await incus.Images.ListAsync(cancellationToken);
        // The build was killed behind its last step but one: the image is what it was to become.
        foreach (var image in images.Where(i => BuildMarks.AreOn(i.Properties, home) && HasVersion(i)))
            await Absence.IgnoreAsync(incus.Images.PatchAsync(image.Fingerprint, BuildMarks.Finished, cancellationToken));
        await EachAsync(
            images.Where(i => !HasVersion(i)), i => i.Properties, i => incus.Images.DeleteAsync(i.Fingerprint, cancellationToken),
            i => $"{(i.Aliases is [var first, ..] ? first.Name : i.Fingerprint)} (image)");
        return removed;

        async Task EachAsync<T>(IEnumerable<T> all, Func<T, IReadOnlyDictionary<string, string>> marks, Func<T, Task> removal, Func<T, string> name)
        {
            foreach (var one in all.Where(one => BuildMarks.AreOn(marks(one), home)))
            {
                await Absence.IgnoreAsync(removal(one));
                removed.Add(name(one));
            }
        }
    }

    private static bool HasVersion(Image image) => image.Aliases.Any(name => image.Aliases.Any(version => ImageVersions.IsOf(version.Name, name.Name)));

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

    /// <summary>Deletes the image of an alias; absence is fine. One that has got its name meanwhile is no leftover.</summary>
    public async Task RemoveImageAsync(string alias, CancellationToken cancellationToken)
    {
        if (await incus.Images.FindAliasAsync(alias, cancellationToken) is { } found && await incus.Images.FindAsync(found.Target, cancellationToken) is { Aliases.Count: 1 })
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
