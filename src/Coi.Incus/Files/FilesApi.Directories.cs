namespace Coi.Incus;

public sealed partial class FilesApi
{
    private const UnixFileMode Permissions = (UnixFileMode)0x1FF;

    /// <summary>
    /// Copies a local directory with all that it holds to a path inside; permissions are kept, the owner is that of
    /// <paramref name="attributes"/> (root when null), links stay links.
    /// </summary>
    public async Task PushDirectoryAsync(
        string instance, string localDirectory, string path, IncusFileAttributes? attributes = null,
        CancellationToken cancellationToken = default)
    {
        var source = new DirectoryInfo(localDirectory);
        await CreateDirectoryAsync(instance, path, Own(source, attributes), cancellationToken);
        foreach (var entry in source.EnumerateFileSystemInfos())
        {
            var target = Join(path, entry.Name);
            if (entry.LinkTarget is { } link)
            {
                await ReplaceByLinkAsync(instance, target, link, cancellationToken);
            }
            else if (entry is DirectoryInfo)
            {
                await PushDirectoryAsync(instance, entry.FullName, target, attributes, cancellationToken);
            }
            else
            {
                await using var content = File.OpenRead(entry.FullName);
                await PushAsync(instance, target, content, Own(entry, attributes), cancellationToken);
            }
        }
    }

    /// <summary>
    /// Copies a directory inside with all that it holds to a local one, which is made when absent. Links stay links;
    /// those that point into the directory become relative, because Incus reports all of them as absolute.
    /// </summary>
    public Task PullDirectoryAsync(
        string instance, string path, string localDirectory, CancellationToken cancellationToken = default) =>
        PullDirectoryAsync(instance, path.TrimEnd('/'), path, localDirectory, cancellationToken);

    private async Task PullDirectoryAsync(
        string instance, string root, string path, string localDirectory, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(localDirectory);
        foreach (var name in await ListAsync(instance, path, cancellationToken))
        {
            // Names come from inside, from whoever works there: none may lead out of the target.
            if (name is "" or "." or ".." || name.Contains('/'))
                throw new IncusException($"read {path} in instance {instance}", 502, $"Incus reported the impossible name '{name}'");
            await PullEntryAsync(instance, root, Join(path, name), Path.Combine(localDirectory, name), cancellationToken);
        }
    }

    private async Task PullEntryAsync(
        string instance, string root, string path, string local, CancellationToken cancellationToken)
    {
        var entry = await StatAsync(instance, path, cancellationToken);
        if (entry is null) return; // It went away while we were walking.

        // A link or file that is in the way locally is replaced, never written through.
        if (entry.Type != FileEntryType.Directory || new FileInfo(local).LinkTarget is not null) File.Delete(local);
        switch (entry.Type)
        {
            case FileEntryType.Directory:
                await PullDirectoryAsync(instance, root, path, local, cancellationToken);
                File.SetUnixFileMode(local, entry.Mode & Permissions);
                break;
            case FileEntryType.Symlink:
                var target = await ReadLinkAsync(instance, path, cancellationToken);
                File.CreateSymbolicLink(local, Relate(root, path, target));
                break;
            default:
                await using (var file = new FileStream(local, FileMode.CreateNew, FileAccess.Write))
                    await PullAsync(instance, path, file, cancellationToken);
                File.SetUnixFileMode(local, entry.Mode & Permissions);
                break;
        }
    }

    private async Task ReplaceByLinkAsync(string instance, string path, string target, CancellationToken cancellationToken)
    {
        if (await StatAsync(instance, path, cancellationToken) is { Type: not FileEntryType.Directory })
            await DeleteAsync(instance, path, cancellationToken: cancellationToken);
        await CreateSymlinkAsync(instance, path, target, cancellationToken);
    }

    private static string Relate(string root, string link, string target) =>
        target.StartsWith($"{root}/", StringComparison.Ordinal)
            ? Path.GetRelativePath(Path.GetDirectoryName(link) ?? "/", target)
            : target;

    private static IncusFileAttributes Own(FileSystemInfo local, IncusFileAttributes? attributes) => new()
    {
        Uid = attributes?.Uid ?? 0,
        Gid = attributes?.Gid ?? 0,
        Mode = attributes?.Mode ?? local.UnixFileMode & Permissions,
    };
}
