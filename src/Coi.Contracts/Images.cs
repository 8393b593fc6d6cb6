namespace Coi.Contracts;

/// <summary>Makes an image from a container: <c>POST /v1/images/publish</c>, answered by a stream whose result is <see cref="PublishedImage"/>. A container that runs goes on; the image holds what
/// its disk held at the beginning.</summary>
public sealed record PublishImageRequest
{
    /// <summary>Name of the container.</summary>
    public required string Container { get; init; }

    /// <summary>Alias of the image.</summary>
    public required string Alias { get; init; }

    /// <summary>A person's words about it; null leaves them to coi.</summary>
    public string? Description { get; init; }

    /// <summary>Delete the container once the image is there.</summary>
    public bool Delete { get; init; }

    /// <summary>Replace an image that has the alias, and delete a container although it runs.</summary>
    public bool Force { get; init; }

    /// <summary>Who asks, and from what environment.</summary>
    public required ClientContext Client { get; init; }
}

/// <summary>An image that was published.</summary>
/// <param name="Alias">Its alias.</param>
/// <param name="Fingerprint">Its fingerprint.</param>
/// <param name="SizeBytes">Its size in bytes.</param>
/// <param name="Container">What is with the container: <c>running</c>, <c>stopped</c> or <c>deleted</c>.</param>
/// <param name="Replaced">Fingerprint of the image that had the alias; null when none had.</param>
public sealed record PublishedImage(string Alias, string Fingerprint, long SizeBytes, string Container, string? Replaced = null);

/// <summary>Deletes images: <c>POST /v1/images/delete</c>, answered by a stream whose result is <see cref="DeletedImages"/>.</summary>
/// <param name="Names">Aliases, or fingerprints of which twelve characters are enough.</param>
/// <param name="Force">Delete an image although other aliases point to it.</param>
public sealed record DeleteImagesRequest(IReadOnlyList<string> Names, bool Force = false);

/// <summary>What became of each image.</summary>
/// <param name="Images">One for each name that was given.</param>
public sealed record DeletedImages(IReadOnlyList<DeletedImage> Images);

/// <summary>What became of an image that was to be deleted.</summary>
/// <param name="Name">As it was named.</param>
/// <param name="Fingerprint">Its fingerprint; null when there is none of the name.</param>
/// <param name="Problem">Why it was not deleted; null when it was.</param>
/// <param name="OlderVersions">How many older versions of that alias are still there.</param>
public sealed record DeletedImage(string Name, string? Fingerprint, Problem? Problem = null, int OlderVersions = 0);

/// <summary>Deletes old versions of an image: <c>POST /v1/images/cleanup</c>, answered by a stream whose result is <see cref="CleanedImages"/>.</summary>
public sealed record CleanImagesRequest
{
    /// <summary>Alias whose versions are meant; a dash at its end is not part of it.</summary>
    public required string Prefix { get; init; }

    /// <summary>How many of the newest versions stay.</summary>
    public required int Keep { get; init; }

    /// <summary>Only say what would be deleted.</summary>
    public bool DryRun { get; init; }

    /// <summary>Fingerprints that were shown and agreed to; null means whatever is found.</summary>
    public IReadOnlyList<string>? Only { get; init; }
}

/// <summary>What became of the versions of an image.</summary>
/// <param name="Alias">The alias.</param>
/// <param name="Deleted">Those that were deleted, or would be, oldest first.</param>
/// <param name="Kept">Those that stay, oldest first.</param>
/// <param name="Failed">Those that could not be deleted, oldest first.</param>
/// <param name="DryRun">Whether nothing was done.</param>
public sealed record CleanedImages(string Alias, IReadOnlyList<ImageVersion> Deleted, IReadOnlyList<ImageVersion> Kept, IReadOnlyList<ImageVersion> Failed, bool DryRun);

/// <summary>One version of an image: coi made it, and it has an alias with its time.</summary>
/// <param name="Alias">Its alias, <c>NAME-YYYYMMDD-HHMMSS</c>.</param>
/// <param name="Fingerprint">Its fingerprint.</param>
/// <param name="SizeBytes">Its size in bytes.</param>
/// <param name="Why">Why it is kept beyond the number, or could not be deleted; null otherwise.</param>
public sealed record ImageVersion(string Alias, string Fingerprint, long SizeBytes, string? Why = null);
