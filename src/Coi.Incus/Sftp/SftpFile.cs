namespace Coi.Incus;

/// <summary>A file inside an instance that is open. Several requests may be under way at once.</summary>
public sealed class SftpFile
{
    private readonly SftpConnection _connection;
    private readonly string _action;
    private readonly byte[] _handle;

    internal SftpFile(SftpConnection connection, string action, byte[] handle) => (_connection, _action, _handle) = (connection, action, handle);

    /// <summary>What it is: what was opened, whatever its name means by now.</summary>
    public async Task<SftpAttributes> StatAsync(CancellationToken cancellationToken = default) =>
        SftpSession.Attributes(await _connection.AskAsync(new SftpWriter(SftpType.FileStat).Text(_handle), cancellationToken), _action);

    /// <summary>Some of the bytes from a place on, at most 32 KiB; none at the end.</summary>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken = default)
    {
        var reply = await _connection.AskAsync(new SftpWriter(SftpType.Read, 64).Text(_handle).LongNumber((ulong)offset).Number((uint)count), cancellationToken);
        return reply.IsEnd ? ReadOnlyMemory<byte>.Empty : reply.Expect(SftpType.Data, _action).Text();
    }

    /// <summary>Writes at a place; the bytes may be changed as soon as this returns, although they have not arrived yet.</summary>
    public Task WriteAsync(long offset, ReadOnlySpan<byte> bytes, CancellationToken cancellationToken = default) =>
        DoAsync(new SftpWriter(SftpType.Write, bytes.Length + 64).Text(_handle).LongNumber((ulong)offset).Text(bytes), cancellationToken);

    /// <summary>Sets size, owner, permissions and time.</summary>
    public Task SetAsync(SftpAttributes attributes, CancellationToken cancellationToken = default) =>
        Task.WhenAll(attributes.Apart().Select(one => DoAsync(one.Write(new SftpWriter(SftpType.SetFileStat).Text(_handle)), cancellationToken)));

    /// <summary>Closes it.</summary>
    public Task CloseAsync(CancellationToken cancellationToken = default) => DoAsync(new SftpWriter(SftpType.Close, 64).Text(_handle), cancellationToken);

    private async Task DoAsync(SftpWriter packet, CancellationToken cancellationToken) =>
        (await _connection.AskAsync(packet, cancellationToken)).ExpectSuccess(_action);
}
