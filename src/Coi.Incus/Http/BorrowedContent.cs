using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace Coi.Incus;

/// <summary>
/// A body read from a stream that stays the caller's: it is not disposed, and an error in reading it is told as what it
/// is and not as a failure of Incus.
/// </summary>
internal sealed class BorrowedContent : HttpContent
{
    private readonly Stream _source;

    public BorrowedContent(Stream source)
    {
        _source = source;
        // Without this type Go's server would take the body for a form and eat it.
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (await ReadAsync(buffer, cancellationToken) is > 0 and var count)
                await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _source.CanSeek ? _source.Length - _source.Position : 0;
        return _source.CanSeek;
    }

    private async ValueTask<int> ReadAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _source.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new SourceException(error);
        }
    }
}

/// <summary>The caller's stream could not be read; the reason is the inner exception.</summary>
internal sealed class SourceException(Exception reason) : Exception(reason.Message, reason);
