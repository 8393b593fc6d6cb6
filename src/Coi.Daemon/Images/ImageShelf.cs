using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Daemon.Incus;
using Coi.Domain;
using Coi.Incus;

namespace Coi.Daemon.Images;

/// <summary>Takes images off the shelf: those that are named, and old versions.</summary>
internal sealed class ImageShelf(IncusClient incus, DaemonHome home)
{
    // The beginning of a fingerprint that Incus itself shows; less could be somebody's alias.
    private const int LeastFingerprint = 12;

    /// <summary>Deletes images by name; one that cannot be deleted does not keep the others.</summary>
    public async Task<DeletedImages> DeleteAsync(DeleteImagesRequest request, Action<Progress> tell, CancellationToken cancellationToken)
    {
        var results = new List<DeletedImage>();
        var gone = new HashSet<string>();
        foreach (var name in request.Names.Distinct())
        {
            cancellationToken.ThrowIfCancellationRequested();
            results.Add(await DeleteAsync(name, request, gone, tell, cancellationToken));
        }

        return new DeletedImages(results);
    }

    /// <summary>Deletes all versions of an alias but the newest; an image that has another name is in use and stays.</summary>
    public async Task<CleanedImages> CleanAsync(CleanImagesRequest request, Action<Progress> tell, CancellationToken cancellationToken)
    {
        if (request.Keep < 1) throw new FailureException(new Failure("cleanup.keep", "--keep must be > 0", "coi image delete NAME deletes an image altogether"));
        var alias = request.Prefix.EndsWith('-') ? request.Prefix[..^1] : request.Prefix;
        var versions = ImageVersions.Of(await incus.Images.ListAsync(cancellationToken), alias, home.Root);
        var agreed = request.Only?.ToHashSet();
        var kept = versions.Take(request.Keep).Select(version => version.ToContract()).ToList();
        var (deleted, failed) = (new List<ImageVersion>(), new List<ImageVersion>());
        foreach (var version in versions.Skip(request.Keep))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (version.OtherNames.Count > 0) kept.Add(version.ToContract($"it is also named {string.Join(", ", version.OtherNames)}"));
            else if (agreed?.Contains(version.Image.Fingerprint) == false) kept.Add(version.ToContract("it was not there when you were asked"));
            else if (request.DryRun) deleted.Add(version.ToContract());
            else if (await TryDeleteAsync(version, tell, cancellationToken) is { } problem) failed.Add(version.ToContract(problem));
            else deleted.Add(version.ToContract());
        }

        return new CleanedImages(alias, Oldest(deleted), Oldest(kept), Oldest(failed), request.DryRun);
    }

    private async Task<DeletedImage> DeleteAsync(string name, DeleteImagesRequest request, HashSet<string> gone, Action<Progress> tell, CancellationToken cancellationToken)
    {
        try
        {
            var images = await incus.Images.ListAsync(cancellationToken);
            var image = images.FirstOrDefault(image => image.Aliases.Any(alias => alias.Name == name))
                ?? (IsFingerprint(name) ? images.FirstOrDefault(image => image.Fingerprint.StartsWith(name, StringComparison.Ordinal)) : null);
            if (image is null)
            {
                // Two names of one image: it went with the first.
                return gone.Contains(name)
                    ? new DeletedImage(name, null)
                    : new DeletedImage(name, null, new Problem("image.missing", $"image '{name}' not found", "'coi image list --all' shows what Incus has"));
            }

            var names = image.Aliases.Select(alias => alias.Name).ToList();
            var others = names.Where(other => !request.Names.Any(given => given == other || ImageVersions.IsOf(other, given))).ToList();
            if (others.Count > 0 && !request.Force)
            {
                return new DeletedImage(name, image.Fingerprint, new Problem(
                    "image.in_use", $"image '{name}' is also named {string.Join(", ", others)}", $"coi image delete {string.Join(' ', request.Names.Union(others))}, or --force"));
            }

            tell(new Progress("delete", $"Deleting image {name}"));
            await Absence.IgnoreAsync(incus.Images.DeleteAsync(image.Fingerprint, CancellationToken.None));
            gone.UnionWith(names);
            return new DeletedImage(name, image.Fingerprint, null, ImageVersions.Of(images.Where(other => other.Fingerprint != image.Fingerprint), name, home.Root).Count);
        }
        catch (Exception ex) when (ex is IncusException or IncusTimeoutException)
        {
            var failure = IncusFailures.Explain(ex);
            return new DeletedImage(name, null, new Problem(failure.Code, failure.Message, failure.Hint));
        }
    }

    /// <summary>Why it could not be deleted; null when it was.</summary>
    private async Task<string?> TryDeleteAsync(ImageVersions.Found version, Action<Progress> tell, CancellationToken cancellationToken)
    {
        tell(new Progress("delete", $"Deleting {version.Alias}"));
        try
        {
            // Somebody may have given it a name since it was looked at.
            if (await incus.Images.FindAsync(version.Image.Fingerprint, cancellationToken) is not { } now) return null;
            if (now.Aliases.Count > version.Image.Aliases.Count) return "it was given another name just now";
            await Absence.IgnoreAsync(incus.Images.DeleteAsync(now.Fingerprint, CancellationToken.None));
            return null;
        }
        catch (Exception ex) when (ex is IncusException or IncusTimeoutException)
        {
            return IncusFailures.Explain(ex).Message;
        }
    }

    private static bool IsFingerprint(string name) => name.Length >= LeastFingerprint && name.All(char.IsAsciiHexDigitLower);

    private static IReadOnlyList<ImageVersion> Oldest(List<ImageVersion> versions) => [.. versions.OrderBy(version => version.Alias, StringComparer.Ordinal)];
}
