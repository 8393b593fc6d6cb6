using System.Text;

namespace Coi.Daemon.Images;

/// <summary>A stream that hands on what is written to it line by line; a carriage return ends a line too, since progress bars use it.</summary>
internal sealed class LineStream(Action<string> onLine) : Stream
{
    // A program that never ends its line must not fill the memory.
    private const int LongestLine = 8 * 1024;

    private readonly Decoder _decoder = new UTF8Encoding(false, throwOnInvalidBytes: false).GetDecoder();
    private readonly StringBuilder _line = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var characters = new char[_decoder.GetCharCount(buffer, flush: false)];
        _decoder.GetChars(buffer, characters, flush: false);
        foreach (var c in characters)
        {
            if (c is '\n' or '\r' || _line.Length == LongestLine) Complete();
            if (c is not ('\n' or '\r')) _line.Append(c);
        }
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override void Flush()
    {
        // Called after each block of bytes: an unfinished line stays unfinished.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) Complete();
        base.Dispose(disposing);
    }

    private void Complete()
    {
        if (_line.Length == 0) return;
        var line = _line.ToString().TrimEnd();
        _line.Clear();
        if (line.Length > 0) onLine(line);
    }
}
