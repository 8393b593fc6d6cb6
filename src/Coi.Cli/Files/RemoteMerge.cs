using Coi.Incus;

namespace Coi.Cli.Files;

/// <summary>As <see cref="LocalMerge"/>, inside a container.</summary>
internal sealed class RemoteMerge(SftpSession remote, Lanes lanes)
{
    /// <summary>Moves what is in one directory into another, and removes the first.</summary>
    public async Task RunAsync(SftpPath finished, SftpPath target)
    {
        await CheckAsync(finished, target);
        await MoveAsync(finished, target);
    }

    private async Task CheckAsync(SftpPath finished, SftpPath target)
    {
        var there = await KindsAsync(target);
        foreach (var entry in await remote.ListAsync(finished, lanes.Token))
        {
            if (!there.TryGetValue(Key(entry.Name), out var kind)) continue;
            var isDirectory = entry.Attributes.Kind == SftpKind.Directory;
            var path = target.Join(entry.Name);
            if (isDirectory != (kind == SftpKind.Directory)) throw Conflicts.Of(path.ToString(), isDirectory, kind == SftpKind.Link);
            if (isDirectory) await CheckAsync(finished.Join(entry.Name), path);
        }
    }

    private async Task MoveAsync(SftpPath finished, SftpPath target)
    {
        var there = await KindsAsync(target);
        var under = new List<Task>();
        foreach (var entry in await remote.ListAsync(finished, lanes.Token))
        {
            var (from, to) = (finished.Join(entry.Name), target.Join(entry.Name));
            if (entry.Attributes.Kind == SftpKind.Directory && there.ContainsKey(Key(entry.Name))) await MoveAsync(from, to);
            else under.Add(await lanes.BeginAsync(() => remote.RenameAsync(from, to, lanes.Token)));
        }

        await Task.WhenAll(under);
        lanes.Token.ThrowIfCancellationRequested();
        await remote.RemoveDirectoryAsync(finished, lanes.Token);
    }

    private async Task<Dictionary<string, SftpKind>> KindsAsync(SftpPath path) =>
        (await remote.ListAsync(path, lanes.Token)).ToDictionary(entry => Key(entry.Name), entry => entry.Attributes.Kind, StringComparer.Ordinal);

    // Names are bytes; each becomes a character of its own.
    private static string Key(byte[] name) => System.Text.Encoding.Latin1.GetString(name);
}

/// <summary>Removes trees inside a container.</summary>
internal static class RemoteTree
{
    /// <summary>Removes a file or a directory with all that is in it; absent is done.</summary>
    public static async Task DeleteAsync(SftpSession remote, SftpPath path, CancellationToken cancellationToken)
    {
        if (await remote.FindAsync(path, follow: false, cancellationToken) is not { } entry) return;
        await (entry.Kind == SftpKind.Directory ? DeleteDirectoryAsync(remote, path, cancellationToken) : remote.RemoveAsync(path, cancellationToken));
    }

    private static async Task DeleteDirectoryAsync(SftpSession remote, SftpPath path, CancellationToken cancellationToken)
    {
        var files = new List<Task>();
        foreach (var entry in await remote.ListAsync(path, cancellationToken))
        {
            var below = path.Join(entry.Name);
            if (entry.Attributes.Kind == SftpKind.Directory) await DeleteDirectoryAsync(remote, below, cancellationToken);
            else files.Add(remote.RemoveAsync(below, cancellationToken));
        }

        await Task.WhenAll(files);
        await remote.RemoveDirectoryAsync(path, cancellationToken);
    }
}
