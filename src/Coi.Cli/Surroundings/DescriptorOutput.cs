namespace Coi.Cli;

/// <summary>
/// Writes to a descriptor of ours as it is. The console's own stream takes a reader that has gone for success, and what writes for ever would
/// write for ever; a file stream would not move the offset that the caller's shell shares with us.
/// </summary>
internal sealed class DescriptorOutput(int descriptor) : OneWayStream
{
    /// <inheritdoc />
    public override bool CanWrite => true;

    /// <inheritdoc />
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0) buffer = buffer[Libc.Write(descriptor, buffer)..];
    }

    /// <inheritdoc />
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc />
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        await Task.Run(() => Write(buffer.Span), cancellationToken); // a pipe that nobody reads blocks
}
