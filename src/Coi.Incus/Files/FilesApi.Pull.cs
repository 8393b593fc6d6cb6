using System.Text;

namespace Coi.Incus;

public sealed partial class FilesApi
{
    /// <summary>Reads a file into a stream; links are followed.</summary>
    public async Task<FileEntry> PullAsync(
        string instance, string path, Stream destination, CancellationToken cancellationToken = default)
    {
        var action = $"read {path} in instance {instance}";
        using var deadline = _transport.Deadline(action, _transport.Options.OperationTimeout, cancellationToken);
        var current = path;
        for (var hop = 0; hop < MaxLinks; hop++)
        {
            using var request = _transport.Request(HttpMethod.Get, Url(instance, current));
            using var response = await _transport.SendRawAsync(action, request, deadline);
            var entry = FileHeaders.Read(current, response);
            switch (entry.Type)
            {
                case FileEntryType.File:
                    await _transport.CopyAsync(response, destination, deadline);
                    return entry;
                case FileEntryType.Symlink:
                    current = Follow(current, await ReadTextAsync(response, deadline));
                    break;
                default:
                    throw new IncusException(action, 400, $"{current} is a directory");
            }
        }

        throw new IncusException(action, 400, $"{path} leads through more than {MaxLinks} links");
    }

    /// <summary>Reads a text file in UTF-8; links are followed.</summary>
    public async Task<string> PullTextAsync(string instance, string path, CancellationToken cancellationToken = default)
    {
        using var buffer = new MemoryStream();
        await PullAsync(instance, path, buffer, cancellationToken);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>Where a symbolic link points to; Incus reports an absolute path also for a relative link.</summary>
    public async Task<string> ReadLinkAsync(string instance, string path, CancellationToken cancellationToken = default)
    {
        var action = $"read link {path} in instance {instance}";
        using var deadline = _transport.Deadline(action, null, cancellationToken);
        using var request = _transport.Request(HttpMethod.Get, Url(instance, path));
        using var response = await _transport.SendRawAsync(action, request, deadline);
        return FileHeaders.Read(path, response).Type == FileEntryType.Symlink
            ? await ReadTextAsync(response, deadline)
            : throw new IncusException(action, 400, $"{path} is not a symbolic link");
    }

    /// <summary>The names in a directory.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(
        string instance, string path, CancellationToken cancellationToken = default)
    {
        var action = $"list {path} in instance {instance}";
        using var deadline = _transport.Deadline(action, null, cancellationToken);
        using var request = _transport.Request(HttpMethod.Get, Url(instance, path));
        using var response = await _transport.SendRawAsync(action, request, deadline);
        if (FileHeaders.Read(path, response).Type != FileEntryType.Directory)
            throw new IncusException(action, 400, $"{path} is not a directory");
        var envelope = await _transport.ReadAsync(action, response, deadline);
        return envelope.Metadata.ValueKind == System.Text.Json.JsonValueKind.Null
            ? []
            : IncusTransport.Unwrap(action, envelope.Metadata, IncusJson.Default.ListString);
    }

    private async Task<string> ReadTextAsync(HttpResponseMessage response, Deadline deadline)
    {
        using var buffer = new MemoryStream();
        await _transport.CopyAsync(response, buffer, deadline);
        // The server's answer for a link ends with a line break in some versions.
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length).TrimEnd('\n');
    }

    private static string Follow(string link, string target) =>
        Path.GetFullPath(target, Path.GetDirectoryName(link) is { Length: > 0 } directory ? directory : "/");
}
