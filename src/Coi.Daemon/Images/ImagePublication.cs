using Coi.Contracts;
using Coi.Daemon.Containers;
using Coi.Daemon.Hosting;
using Coi.Daemon.Incus;
using Coi.Domain;
using Coi.Incus;

namespace Coi.Daemon.Images;

/// <summary>Makes an image from a container by name. One that runs is published from a snapshot, and goes on: nothing is stopped that has to be started again.</summary>
internal sealed class ImagePublication(IncusClient incus, NamedContainers containers, DaemonHome home, TimeProvider time)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Undoing = TimeSpan.FromMinutes(2);

    // Incus deletes a snapshot by itself then; only that of a daemon that was killed lasts so long.
    private static readonly TimeSpan SnapshotLife = TimeSpan.FromHours(1);

    /// <summary>Publishes.</summary>
    /// <param name="request">What is wanted.</param>
    /// <param name="compression">How the image is compressed.</param>
    /// <param name="tell">Hears the steps; must not block.</param>
    /// <param name="cancellationToken">Ends it; then neither image nor snapshot is left.</param>
    /// <exception cref="FailureException">It cannot be had; container and aliases are as they were.</exception>
    public async Task<PublishedImage> RunAsync(PublishImageRequest request, string compression, Action<Progress> tell, CancellationToken cancellationToken)
    {
        ImageNames.Require(request.Alias);
        var instance = await containers.RequireAsync(request.Container, cancellationToken);
        if (request.Delete && !request.Force && !instance.IsStopped)
            throw new FailureException(new Failure("container.running", $"container '{instance.Name}' is running, and would be deleted", "--force deletes it all the same; without --delete it goes on running"));
        var earlier = (await incus.Images.FindAliasAsync(request.Alias, cancellationToken))?.Target;
        if (earlier is not null && !request.Force)
            throw new FailureException(new Failure("image.exists", $"image '{request.Alias}' already exists", "--force replaces it; or take another name"));

        var fingerprint = instance.IsStopped
            ? await PublishAsync(request, instance, null, compression, tell)
            : await PublishRunningAsync(request, instance, compression, tell, cancellationToken);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            // From here on it is done to its end: an alias must not be left pointing to what is undone.
            if (earlier is null) await incus.Images.CreateAliasAsync(request.Alias, fingerprint, cancellationToken: CancellationToken.None);
            else await incus.Images.MoveAliasAsync(request.Alias, fingerprint, cancellationToken: CancellationToken.None);
        }
        catch (Exception)
        {
            await UndoAsync(fingerprint);
            throw;
        }

        if (earlier is not null) await RemoveNamelessAsync(earlier);
        var size = (await incus.Images.FindAsync(fingerprint, CancellationToken.None))?.Size ?? 0;
        var state = instance.IsStopped ? "stopped" : "running";
        if (request.Delete)
        {
            tell(new Progress("delete", $"Deleting {instance.Name}"));
            await containers.DeleteAsync(instance.Name, request.Force, CancellationToken.None);
            state = "deleted";
        }

        return new PublishedImage(request.Alias, fingerprint, size, state, earlier);
    }

    private async Task<string> PublishRunningAsync(PublishImageRequest request, Instance instance, string compression, Action<Progress> tell, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var snapshot = $"coi-publish-{Guid.NewGuid():N}"[..20];
        tell(new Progress("snapshot", $"Taking a snapshot of {instance.Name}, which goes on running"));
        await incus.Instances.CreateSnapshotAsync(instance.Name, snapshot, now + SnapshotLife, CancellationToken.None);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            return await PublishAsync(request, instance, snapshot, compression, tell);
        }
        finally
        {
            using var deadline = new CancellationTokenSource(Undoing);
            await Absence.IgnoreAsync(incus.Instances.DeleteSnapshotAsync(instance.Name, snapshot, deadline.Token));
        }
    }

    // Not broken off halfway: Incus would go on making an image that nobody waits for.
    private Task<string> PublishAsync(PublishImageRequest request, Instance instance, string? snapshot, string compression, Action<Progress> tell)
    {
        var message = $"Publishing {instance.Name} as {request.Alias}";
        tell(new Progress("publish", message));
        return incus.Images.PublishAsync(
            new PublishRequest
            {
                Instance = instance.Name,
                Snapshot = snapshot,
                CompressionAlgorithm = compression,
                Timeout = Deadline,
                Properties = new Dictionary<string, string>(ImageProperties.Of(instance, home.Root))
                {
                    ["description"] = request.Description ?? $"Published from {instance.Name}",
                    ["user.coi.base"] = instance.Config.GetValueOrDefault("image.description", ""),
                },
            },
            new PercentReport(percent => tell(new Progress("publish", message, percent))), CancellationToken.None);
    }

    // Without a name nobody would find it again.
    private async Task RemoveNamelessAsync(string fingerprint)
    {
        if (await incus.Images.FindAsync(fingerprint, CancellationToken.None) is { Aliases.Count: 0 }) await Absence.IgnoreAsync(incus.Images.DeleteAsync(fingerprint, CancellationToken.None));
    }

    private async Task UndoAsync(string fingerprint)
    {
        using var deadline = new CancellationTokenSource(Undoing);
        await Absence.IgnoreAsync(incus.Images.DeleteAsync(fingerprint, deadline.Token));
    }
}
