namespace Coi.Incus;

public sealed partial class ImagesApi
{
    /// <summary>
    /// Imports an image from its files and returns its fingerprint: one tarball that holds everything, or a metadata
    /// tarball and a root file system. The streams stay open.
    /// </summary>
    /// <param name="metadata">The tarball, or the metadata tarball when <paramref name="rootfs"/> is given.</param>
    /// <param name="rootfs">The root file system (a tarball or squashfs), null for an image in one file.</param>
    /// <param name="options">Properties, aliases and the like.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellationToken">Cancels importing.</param>
    public async Task<string> ImportAsync(
        Stream metadata, Stream? rootfs = null, ImageImportOptions? options = null,
        IProgress<OperationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        options ??= new ImageImportOptions();
        using var content = Body(metadata, rootfs, options.Filename);
        content.Headers.Add("X-Incus-public", options.Public ? "1" : "0");
        if (options.Filename is not null) content.Headers.Add("X-Incus-filename", options.Filename);
        if (options.Properties.Count > 0) content.Headers.Add("X-Incus-properties", Query(options.Properties));

        var fingerprint = await CreateAsync("import an image", content, progress, options.Timeout, cancellationToken);
        // Not every 6.x takes aliases with the upload, so they are set afterwards.
        foreach (var alias in options.Aliases) await MoveAliasAsync(alias, fingerprint, cancellationToken: cancellationToken);
        return fingerprint;
    }

    /// <summary>Writes an image's files into a local directory and returns their paths: one file, or metadata and root file system.</summary>
    public async Task<IReadOnlyList<string>> ExportAsync(
        string fingerprint, string directory, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        var action = $"export image {fingerprint}";
        using var deadline = _transport.Deadline(action, timeout ?? _transport.Options.OperationTimeout, cancellationToken);
        using var request = _transport.Request(HttpMethod.Get, $"{Path(fingerprint)}/export");
        using var response = await _transport.SendRawAsync(action, request, deadline);
        Directory.CreateDirectory(directory);

        var target = new ExportTarget(action, directory, fingerprint);
        var boundary = response.Content.Headers.ContentType is { MediaType: "multipart/form-data" } type
            ? type.Parameters.FirstOrDefault(parameter => parameter.Name == "boundary")?.Value?.Trim('"')
            : null;
        if (boundary is null)
        {
            var name = response.Content.Headers.ContentDisposition?.FileName?.Trim('"');
            await using var file = target.Create(name);
            await _transport.CopyAsync(response, file, deadline);
        }
        else
        {
            await using var splitter = new MultipartSplitter(action, boundary, target.Create);
            await _transport.CopyAsync(response, splitter, deadline);
            splitter.Complete();
        }

        return target.Paths;
    }

    private static HttpContent Body(Stream metadata, Stream? rootfs, string? filename)
    {
        if (rootfs is null) return new BorrowedContent(metadata);
        return new MultipartFormDataContent
        {
            { new BorrowedContent(metadata), "metadata", "metadata.tar" },
            { new BorrowedContent(rootfs), "rootfs", filename ?? "rootfs" },
        };
    }

    private static string Query(IReadOnlyDictionary<string, string> values) =>
        string.Join('&', values.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
}
