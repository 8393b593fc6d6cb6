using System.Text;

namespace Coi.Incus;

/// <summary>
/// Takes a multipart body as it is written to it and hands each part on to a stream of its own, without ever holding
/// more than one header or one boundary (https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1).
/// </summary>
internal sealed class MultipartSplitter(string action, string boundary, Func<string?, Stream> open) : Stream
{
    private readonly byte[] _delimiter = Encoding.ASCII.GetBytes($"\r\n--{boundary}");
    // The first delimiter has no line break before it: pretend that it had.
    private readonly MemoryStream _pending = Preloaded();
    private Stream? _part;
    private bool _ended;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_ended) return;
        _pending.Seek(0, SeekOrigin.End);
        _pending.Write(buffer.Span);
        while (await StepAsync(cancellationToken))
        {
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Throws when the body ended before its last boundary.</summary>
    public void Complete()
    {
        if (!_ended) throw new IncusException(action, 502, "the files broke off before their end");
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        if (_part is not null) await _part.DisposeAsync();
        await _pending.DisposeAsync();
        await base.DisposeAsync();
    }

    private static MemoryStream Preloaded()
    {
        var stream = new MemoryStream();
        stream.Write("\r\n"u8);
        return stream;
    }

    /// <summary>Deals with what is pending as far as it can be known; false when more bytes are needed.</summary>
    private async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        var data = _pending.GetBuffer().AsMemory(0, (int)_pending.Length);
        var at = data.Span.IndexOf(_delimiter);
        if (at < 0)
        {
            // What could be the beginning of a delimiter waits for its rest.
            var safe = Math.Max(0, data.Length - _delimiter.Length);
            if (_part is not null && safe > 0)
            {
                await _part.WriteAsync(data[..safe], cancellationToken);
                Drop(safe);
            }

            return false;
        }

        var rest = data[(at + _delimiter.Length)..];
        if (rest.Length < 2) return false;
        if (rest.Span[..2].SequenceEqual("--"u8))
        {
            await FinishPartAsync(data[..at], cancellationToken);
            _ended = true;
            return false;
        }

        var headerEnd = rest.Span.IndexOf("\r\n\r\n"u8);
        if (headerEnd < 0) return false;
        await FinishPartAsync(data[..at], cancellationToken);
        _part = open(FileName(Encoding.UTF8.GetString(rest.Span[..headerEnd])));
        Drop(at + _delimiter.Length + headerEnd + 4);
        return true;
    }

    private async Task FinishPartAsync(ReadOnlyMemory<byte> last, CancellationToken cancellationToken)
    {
        if (_part is null) return;
        await _part.WriteAsync(last, cancellationToken);
        await _part.DisposeAsync();
        _part = null;
    }

    private void Drop(int count)
    {
        var length = (int)_pending.Length - count;
        Buffer.BlockCopy(_pending.GetBuffer(), count, _pending.GetBuffer(), 0, length);
        _pending.SetLength(length);
    }

    private static string? FileName(string headers)
    {
        const string Mark = "filename=\"";
        var start = headers.IndexOf(Mark, StringComparison.OrdinalIgnoreCase);
        if (start < 0) return null;
        start += Mark.Length;
        var end = headers.IndexOf('"', start);
        return end < 0 ? null : headers[start..end];
    }
}
