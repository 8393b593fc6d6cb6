using System.Net.Http.Json;

namespace Coi.Incus;

/// <summary>Images and their aliases.</summary>
public sealed partial class ImagesApi
{
    private readonly IncusTransport _transport;
    private readonly OperationRunner _runner;

    internal ImagesApi(IncusTransport transport, OperationRunner runner) => (_transport, _runner) = (transport, runner);

    /// <summary>All images.</summary>
    public async Task<IReadOnlyList<Image>> ListAsync(CancellationToken cancellationToken = default) =>
        await _transport.ListAsync("list images", "/1.0/images?recursion=1", IncusJson.Default.ListedImage, cancellationToken);

    /// <summary>One image by its fingerprint, of which the beginning is enough; null when there is none.</summary>
    public Task<Image?> FindAsync(string fingerprint, CancellationToken cancellationToken = default) =>
        _transport.FindAsync($"read image {fingerprint}", Path(fingerprint), IncusJson.Default.Image, cancellationToken);

    /// <summary>The image that an alias points to, null when there is no such alias.</summary>
    public async Task<Image?> FindByAliasAsync(string alias, CancellationToken cancellationToken = default) =>
        await FindAliasAsync(alias, cancellationToken) is { } found
            ? await FindAsync(found.Target, cancellationToken)
            : null;

    /// <summary>Makes an image from a stopped instance, or from a snapshot, and returns its fingerprint.</summary>
    public Task<string> PublishAsync(
        PublishRequest request, IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        CreateAsync(
            $"publish instance {request.Instance} as an image",
            new ImagesPost
            {
                Source = request.Snapshot is { } snapshot
                    ? new ImageSource { Type = "snapshot", Name = $"{request.Instance}/{snapshot}" }
                    : new ImageSource { Type = "instance", Name = request.Instance },
                Public = request.Public,
                Properties = request.Properties,
                Aliases = [.. request.Aliases.Select(alias => new ImageAliasName { Name = alias, Description = "" })],
                CompressionAlgorithm = request.CompressionAlgorithm,
            },
            progress, request.Timeout, cancellationToken);

    /// <summary>Fetches an image from another server and returns its fingerprint.</summary>
    /// <param name="server">Address of the server.</param>
    /// <param name="protocol">How to speak with it: <c>simplestreams</c> or <c>incus</c>.</param>
    /// <param name="alias">The image's name there.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="timeout">How long fetching may take; null means the client's operation timeout.</param>
    /// <param name="cancellationToken">Cancels fetching.</param>
    public Task<string> CopyFromRemoteAsync(
        string server, string protocol, string alias,
        IProgress<OperationProgress>? progress = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        CreateAsync(
            $"fetch image {alias} from {server}",
            new ImagesPost
            {
                Source = new ImageSource { Type = "image", Mode = "pull", Server = server, Protocol = protocol, Alias = alias },
            },
            progress, timeout, cancellationToken);

    /// <summary>Sets some properties of an image and leaves the others.</summary>
    public Task PatchAsync(string fingerprint, IReadOnlyDictionary<string, string> properties, CancellationToken cancellationToken = default) =>
        _transport.SendAsync(
            $"change image {fingerprint}", HttpMethod.Patch, Path(fingerprint), cancellationToken,
            JsonContent.Create(new ImagePatch { Properties = properties }, IncusJson.Default.ImagePatch));

    /// <summary>Deletes an image together with its aliases.</summary>
    public Task DeleteAsync(string fingerprint, CancellationToken cancellationToken = default) =>
        _runner.RunAsync($"delete image {fingerprint}", HttpMethod.Delete, Path(fingerprint), null, cancellationToken);

    private static string Path(string fingerprint) => $"/1.0/images/{Uri.EscapeDataString(fingerprint)}";

    private Task<string> CreateAsync(
        string action, ImagesPost post, IProgress<OperationProgress>? progress, TimeSpan? timeout, CancellationToken cancellationToken) =>
        CreateAsync(action, JsonContent.Create(post, IncusJson.Default.ImagesPost), progress, timeout, cancellationToken);

    private async Task<string> CreateAsync(
        string action, HttpContent content, IProgress<OperationProgress>? progress, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var operation = await _runner.RunAsync(
            action, HttpMethod.Post, "/1.0/images", content, cancellationToken, progress, timeout);
        return operation.MetadataText("fingerprint")
            ?? throw new IncusException(action, 502, "Incus reported no fingerprint of the new image");
    }
}
