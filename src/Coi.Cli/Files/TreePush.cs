using Coi.Files;
using Coi.Incus;
using Microsoft.Win32.SafeHandles;

namespace Coi.Cli.Files;

/// <summary>Owner and permissions of what is pushed.</summary>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
/// <param name="Mode">Permissions of a file; null takes those of the source.</param>
internal sealed record PushedOwner(int Uid, int Gid, UnixFileMode? Mode);

/// <summary>
/// Copies a tree into a container. What is read may be changed by a container meanwhile: no link in it is followed, so that it cannot lead to
/// files that were never meant.
/// </summary>
internal sealed class TreePush(SftpSession remote, PushedOwner owner, Transfer transfer, Lanes lanes)
{
    private static readonly SftpAttributes Closed = new() { Mode = UnixDirectory.PrivateFile };

    /// <summary>Makes a directory that nobody else can enter.</summary>
    public async Task CreateDirectoryAsync(SftpPath path)
    {
        await remote.MakeDirectoryAsync(path, lanes.Token);
        await remote.SetAsync(path, new SftpAttributes { Mode = UnixDirectory.PrivateDirectory }, lanes.Token);
    }

    /// <summary>Fills a directory that is empty, and gives it the attributes of the source.</summary>
    public async Task FillAsync(UnixDirectory source, SftpPath target)
    {
        var under = new List<Task>();
        try
        {
            var directories = new List<byte[]>();
            foreach (var name in source.RawNames())
            {
                var path = target.Join(name.AsSpan(0, name.Length - 1));
                switch (source.Stat(name)?.Kind)
                {
                    case UnixEntryKind.Directory:
                        directories.Add(name);
                        break;
                    case UnixEntryKind.File:
                        under.Add(await lanes.BeginAsync(() => FileAsync(source, name, path)));
                        break;
                    case UnixEntryKind.Link:
                        under.Add(await lanes.BeginAsync(() => LinkAsync(source, name, path)));
                        break;
                    case null:
                        break; // removed meanwhile
                    default:
                        transfer.LeaveOut($"{source.Path}/{UnixDirectory.Display(name)}");
                        break;
                }
            }

            foreach (var name in directories)
            {
                using var directory = source.TryOpenDirectory(name, UnixDirectory.Display(name));
                if (directory is null) continue; // removed meanwhile
                var path = target.Join(name.AsSpan(0, name.Length - 1));
                await CreateDirectoryAsync(path);
                await FillAsync(directory, path);
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
        if (LinuxCalls.StatOpen(source.Handle) is { } entry) await remote.SetAsync(target, Attributes(entry, null), lanes.Token);
        transfer.Done();
    }

    /// <summary>Makes a file of the content of one that is open.</summary>
    /// <param name="source">The file.</param>
    /// <param name="target">Its path inside.</param>
    /// <param name="isOpen">Whether others can reach it there before it is complete.</param>
    public Task FileAsync(SafeFileHandle source, SftpPath target, bool isOpen = true)
    {
        var entry = LinuxCalls.StatOpen(source) ?? throw new UnsafeEntryException(target.ToString(), "has no source any more");
        return WriteAsync(target, Attributes(entry, owner.Mode), isOpen, file => FileContents.PushAsync(source, entry.Size, file, transfer, lanes.Token));
    }

    /// <summary>Makes a file of what comes from a stream.</summary>
    public Task FileAsync(Stream source, SftpPath target, UnixFileMode mode) => WriteAsync(
        target, new SftpAttributes { Uid = owner.Uid, Gid = owner.Gid, Mode = owner.Mode ?? mode }, isOpen: true, file => FileContents.PushAsync(source, file, transfer, lanes.Token));

    private async Task FileAsync(UnixDirectory source, byte[] name, SftpPath target)
    {
        using var handle = source.OpenFile(name, UnixDirectory.Display(name));
        if (handle is not null) await FileAsync(handle, target, isOpen: false);
    }

    private async Task WriteAsync(SftpPath target, SftpAttributes attributes, bool isOpen, Func<SftpFile, Task> write)
    {
        var file = await remote.CreateAsync(target, lanes.Token);
        // The server makes files that everybody can read.
        if (isOpen) await file.SetAsync(Closed, lanes.Token);
        await write(file);
        await file.SetAsync(attributes, lanes.Token);
        // Not after a failure: then the connection is closed, and with it all that is open.
        await file.CloseAsync(lanes.Token);
        transfer.Done();
    }

    // The link's own owner stays root: the protocol has no way to set it, and nothing asks for it.
    private async Task LinkAsync(UnixDirectory source, byte[] name, SftpPath target)
    {
        await remote.MakeLinkAsync(target, new SftpPath(source.ReadLink(name)), lanes.Token);
        transfer.Done();
    }

    private SftpAttributes Attributes(UnixEntry entry, UnixFileMode? mode) => new()
    {
        Uid = owner.Uid,
        Gid = owner.Gid,
        Mode = mode ?? entry.Mode & TreePull.Permissions,
        Modified = entry.Modified,
    };
}
