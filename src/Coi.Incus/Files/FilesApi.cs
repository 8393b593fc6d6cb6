using System.Net;
using System.Text;

namespace Coi.Incus;

/// <summary>Files inside instances, running and stopped alike.</summary>
public sealed partial class FilesApi
{
    private const int MaxLinks = 40;

    private readonly IncusTransport _transport;

    internal FilesApi(IncusTransport transport) => _transport = transport;

    /// <summary>Opens a connection for many files, or for large ones.</summary>
    public Task<SftpSession> OpenSftpAsync(string instance, CancellationToken cancellationToken = default) =>
        SftpSession.OpenAsync(_transport, instance, cancellationToken);

    /// <summary>What a path is, links not followed; null when there is nothing (or no such instance).</summary>
    public async Task<FileEntry?> StatAsync(string instance, string path, CancellationToken cancellationToken = default)
    {
        var action = $"look at {path} in instance {instance}";
        using var deadline = _transport.Deadline(action, null, cancellationToken);
        using var request = _transport.Request(HttpMethod.Head, Url(instance, path));
        using var response = await _transport.SendHeadAsync(request, deadline);
        if (response.StatusCode == HttpStatusCode.NotFound) return null;
        return response.IsSuccessStatusCode
            ? FileHeaders.Read(path, response)
            : throw new IncusException(action, (int)response.StatusCode, null);
    }

    /// <summary>Writes a file; its directory must exist. The stream stays open.</summary>
    public Task PushAsync(
        string instance, string path, Stream content, IncusFileAttributes? attributes = null,
        CancellationToken cancellationToken = default) =>
        PostAsync(
            $"write {path} in instance {instance}", instance, path, "file", new BorrowedContent(content), attributes, cancellationToken);

    /// <summary>Writes a text file in UTF-8.</summary>
    public async Task PushTextAsync(
        string instance, string path, string text, IncusFileAttributes? attributes = null,
        CancellationToken cancellationToken = default)
    {
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false);
        await PushAsync(instance, path, content, attributes, cancellationToken);
    }

    /// <summary>Makes a directory; its parent must exist, and that it exists itself is no error.</summary>
    public Task CreateDirectoryAsync(
        string instance, string path, IncusFileAttributes? attributes = null, CancellationToken cancellationToken = default) =>
        PostAsync(
            $"create directory {path} in instance {instance}", instance, path, "directory", Body(""), attributes, cancellationToken);

    /// <summary>Makes a symbolic link.</summary>
    public Task CreateSymlinkAsync(
        string instance, string path, string target, CancellationToken cancellationToken = default) =>
        PostAsync(
            $"create link {path} in instance {instance}", instance, path, "symlink", Body(target), null, cancellationToken);

    /// <summary>Deletes a file, a link or an empty directory, or a directory with all that it holds.</summary>
    public async Task DeleteAsync(
        string instance, string path, bool recursive = false, CancellationToken cancellationToken = default)
    {
        if (recursive && await StatAsync(instance, path, cancellationToken) is { Type: FileEntryType.Directory })
        {
            foreach (var name in await ListAsync(instance, path, cancellationToken))
                await DeleteAsync(instance, Join(path, name), recursive: true, cancellationToken);
        }

        await _transport.SendAsync(
            $"delete {path} in instance {instance}", HttpMethod.Delete, Url(instance, path), cancellationToken);
    }

    internal static string Join(string directory, string name) => $"{directory.TrimEnd('/')}/{name}";

    private static BorrowedContent Body(string text) => new(new MemoryStream(Encoding.UTF8.GetBytes(text), writable: false));

    private async Task PostAsync(
        string action, string instance, string path, string type, HttpContent body, IncusFileAttributes? attributes,
        CancellationToken cancellationToken)
    {
        using var deadline = _transport.Deadline(action, _transport.Options.OperationTimeout, cancellationToken);
        using var request = _transport.Request(HttpMethod.Post, Url(instance, path), body);
        FileHeaders.Write(request, type, attributes);
        using var response = await _transport.SendRawAsync(action, request, deadline);
    }

    private static string Url(string instance, string path) =>
        $"{InstancesApi.Path(instance)}/files?path={Uri.EscapeDataString(path)}";
}
