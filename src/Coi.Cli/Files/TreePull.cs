using Coi.Files;
using Coi.Incus;

namespace Coi.Cli.Files;

/// <summary>
/// Copies a tree out of a container. Names and links come from whoever works in there, and the directory may be one that they can write in
/// too: each entry is made relative to its open directory, new, and through no link.
/// </summary>
internal sealed class TreePull(SftpSession remote, Transfer transfer, Lanes lanes)
{
    /// <summary>What of permissions is taken over: not those that lend an owner's rights.</summary>
    public const UnixFileMode Permissions = (UnixFileMode)0b111_111_111;

    /// <summary>Fills a directory that is empty, and gives it attributes at the end, when nothing has to be made in it any more.</summary>
    public async Task FillAsync(SftpPath source, UnixDirectory target, SftpAttributes? attributes)
    {
        var under = new List<Task>();
        try
        {
            var directories = new List<(SftpPath Path, byte[] Name, SftpAttributes Attributes)>();
            foreach (var entry in await remote.ListAsync(source, lanes.Token))
            {
                var name = LinuxCalls.Name(entry.Name);
                var path = source.Join(entry.Name);
                switch (entry.Attributes.Kind)
                {
                    case SftpKind.Directory:
                        directories.Add((path, name, entry.Attributes));
                        break;
                    case SftpKind.File:
                        under.Add(await lanes.BeginAsync(() => FileAsync(path, target, name)));
                        break;
                    case SftpKind.Link:
                        under.Add(await lanes.BeginAsync(() => LinkAsync(path, target, name)));
                        break;
                    default:
                        transfer.LeaveOut(path.ToString());
                        break;
                }
            }

            foreach (var (path, name, own) in directories)
            {
                using var directory = target.CreateDirectory(name);
                await FillAsync(path, directory, own);
            }
        }
        catch
        {
            await lanes.StopAsync();
            throw;
        }
        finally
        {
            await Task.WhenAll(under);
        }

        lanes.Token.ThrowIfCancellationRequested();
        if (attributes is not null) Set(target.Handle, attributes);
        transfer.Done();
    }

    /// <summary>Makes a file of the same content and attributes.</summary>
    public async Task FileAsync(SftpPath source, UnixDirectory target, byte[] name)
    {
        var file = await remote.OpenAsync(source, lanes.Token);
        // What was opened, not what was listed: the name may mean something else by now.
        var attributes = await file.StatAsync(lanes.Token);
        if (attributes.Kind != SftpKind.File) throw new UnsafeEntryException(Transfer.Printable(source.ToString()), "is no regular file any more");
        using var handle = target.CreateFile(name);
        await FileContents.PullAsync(file, attributes.Size ?? 0, handle, transfer, lanes.Token);
        Set(handle, attributes);
        // Not after a failure: then the connection is closed, and with it all that is open.
        await file.CloseAsync(lanes.Token);
        transfer.Done();
    }

    private async Task LinkAsync(SftpPath source, UnixDirectory target, byte[] name)
    {
        target.CreateLink(name, (await remote.ReadLinkAsync(source, lanes.Token)).Bytes);
        transfer.Done();
    }

    private static void Set(Microsoft.Win32.SafeHandles.SafeFileHandle handle, SftpAttributes attributes)
    {
        if (attributes.Modified is { } modified) File.SetLastWriteTimeUtc(handle, modified.UtcDateTime);
        if (attributes.Mode is { } mode) File.SetUnixFileMode(handle, mode & Permissions);
    }
}
