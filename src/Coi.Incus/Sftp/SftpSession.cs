namespace Coi.Incus;

/// <summary>
/// Files inside one instance, running or stopped, over one connection. Requests may be under way side by side; the server answers in order, so
/// many small ones cost little more than one. Paths are resolved inside the instance, which a link cannot lead out of.
/// </summary>
public sealed class SftpSession : IAsyncDisposable
{
    private readonly SftpConnection _connection;
    private readonly string _instance;

    private SftpSession(SftpConnection connection, string instance) => (_connection, _instance) = (connection, instance);

    internal static async Task<SftpSession> OpenAsync(IncusTransport transport, string instance, CancellationToken cancellationToken)
    {
        var action = $"reach the files of instance {instance}";
        using var deadline = transport.Deadline(action, null, cancellationToken);
        try
        {
            var stream = await transport.UpgradeAsync(action, $"{InstancesApi.Path(instance)}/sftp", "sftp", deadline.Token);
            var connection = await SftpConnection.OpenAsync(stream, $"go on with the files of instance {instance}", transport.Options.Time, deadline.Token);
            return new SftpSession(connection, instance);
        }
        catch (OperationCanceledException error)
        {
            throw deadline.Translate(error);
        }
    }

    /// <summary>What a path is; null when there is nothing.</summary>
    /// <param name="path">The path.</param>
    /// <param name="follow">Whether a link at its end is followed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<SftpAttributes?> FindAsync(SftpPath path, bool follow, CancellationToken cancellationToken = default)
    {
        var action = Action("look at", path);
        try
        {
            var reply = await _connection.AskAsync(new SftpWriter(follow ? SftpType.Stat : SftpType.LinkStat).Text(path), cancellationToken);
            return Attributes(reply, action);
        }
        catch (IncusException error) when (error.IsNotFound || error.ErrorText?.Contains("not a directory", StringComparison.Ordinal) == true)
        {
            return null;
        }
    }

    /// <summary>What is in a directory.</summary>
    public async Task<IReadOnlyList<SftpEntry>> ListAsync(SftpPath path, CancellationToken cancellationToken = default)
    {
        var action = Action("list", path);
        var handle = await OpenAsync(new SftpWriter(SftpType.OpenDirectory).Text(path), action, cancellationToken);
        var entries = new List<SftpEntry>();
        while (true)
        {
            var reply = await _connection.AskAsync(new SftpWriter(SftpType.ReadDirectory).Text(handle), cancellationToken);
            if (reply.IsEnd) break;
            Add(reply, action, entries);
        }

        (await _connection.AskAsync(new SftpWriter(SftpType.Close).Text(handle), cancellationToken)).ExpectSuccess(action);
        return entries;
    }

    /// <summary>Opens a file to be read; links are followed.</summary>
    public async Task<SftpFile> OpenAsync(SftpPath path, CancellationToken cancellationToken = default)
    {
        var action = Action("read", path);
        return new SftpFile(_connection, action, await OpenAsync(Opening(path, SftpFlags.OpenRead), action, cancellationToken));
    }

    /// <summary>Makes a file to be written; that its name is taken, if only by a link, is an error.</summary>
    public async Task<SftpFile> CreateAsync(SftpPath path, CancellationToken cancellationToken = default)
    {
        var action = Action("write", path);
        var packet = Opening(path, SftpFlags.OpenWrite | SftpFlags.OpenCreate | SftpFlags.OpenExclusive);
        return new SftpFile(_connection, action, await OpenAsync(packet, action, cancellationToken));
    }

    /// <summary>Makes a directory.</summary>
    public Task MakeDirectoryAsync(SftpPath path, CancellationToken cancellationToken = default) =>
        DoAsync(new SftpWriter(SftpType.MakeDirectory).Text(path).Number(0), Action("create directory", path), cancellationToken);

    /// <summary>Makes a symbolic link.</summary>
    public Task MakeLinkAsync(SftpPath path, SftpPath target, CancellationToken cancellationToken = default) =>
        // Target first: against the draft, as OpenSSH does it and everybody after it.
        DoAsync(new SftpWriter(SftpType.Symlink).Text(target).Text(path), Action("create link", path), cancellationToken);

    /// <summary>What a symbolic link says.</summary>
    public async Task<SftpPath> ReadLinkAsync(SftpPath path, CancellationToken cancellationToken = default)
    {
        var action = Action("read link", path);
        return Link(await _connection.AskAsync(new SftpWriter(SftpType.ReadLink).Text(path), cancellationToken), action);
    }

    /// <summary>Sets owner, permissions and time; links are followed.</summary>
    public Task SetAsync(SftpPath path, SftpAttributes attributes, CancellationToken cancellationToken = default) => Task.WhenAll(
        attributes.Apart().Select(one => DoAsync(one.Write(new SftpWriter(SftpType.SetStat).Text(path)), Action("change", path), cancellationToken)));

    /// <summary>Renames; what has the new name is replaced in one step, unless it is a directory with something in it.</summary>
    public Task RenameAsync(SftpPath path, SftpPath target, CancellationToken cancellationToken = default) =>
        DoAsync(new SftpWriter(SftpType.Extended).Text("posix-rename@openssh.com"u8).Text(path).Text(target), Action("write", target), cancellationToken);

    /// <summary>Removes a file or a link.</summary>
    public Task RemoveAsync(SftpPath path, CancellationToken cancellationToken = default) =>
        DoAsync(new SftpWriter(SftpType.Remove).Text(path), Action("remove", path), cancellationToken);

    /// <summary>Removes an empty directory.</summary>
    public Task RemoveDirectoryAsync(SftpPath path, CancellationToken cancellationToken = default) =>
        DoAsync(new SftpWriter(SftpType.RemoveDirectory).Text(path), Action("remove", path), cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    internal static SftpAttributes Attributes(SftpReply reply, string action)
    {
        var reader = reply.Expect(SftpType.Attributes, action);
        return SftpAttributes.Read(ref reader);
    }

    private static SftpWriter Opening(SftpPath path, uint flags) => new SftpWriter(SftpType.Open).Text(path).Number(flags).Number(0);

    private static void Add(SftpReply reply, string action, List<SftpEntry> entries)
    {
        var reader = reply.Expect(SftpType.Name, action);
        for (var left = reader.Number(); left > 0; left--)
        {
            var name = reader.Text().ToArray();
            _ = reader.Text(); // a line as of "ls -l", for people
            var attributes = SftpAttributes.Read(ref reader);
            if (!name.AsSpan().SequenceEqual("."u8) && !name.AsSpan().SequenceEqual(".."u8)) entries.Add(new SftpEntry(name, attributes));
        }
    }

    private static SftpPath Link(SftpReply reply, string action)
    {
        var reader = reply.Expect(SftpType.Name, action);
        return reader.Number() == 1 ? new SftpPath(reader.Text().Span) : throw new IncusException(action, 502, "the link has no target");
    }

    private async Task<byte[]> OpenAsync(SftpWriter packet, string action, CancellationToken cancellationToken) =>
        (await _connection.AskAsync(packet, cancellationToken)).Expect(SftpType.Handle, action).Text().ToArray();

    private async Task DoAsync(SftpWriter packet, string action, CancellationToken cancellationToken) =>
        (await _connection.AskAsync(packet, cancellationToken)).ExpectSuccess(action);

    private string Action(string verb, SftpPath path) => $"{verb} {path} in instance {_instance}";
}
