namespace Coi.Cli.Runs;

/// <summary>Passes bytes on as they come, up to an <see cref="EndMark"/>; what comes after it is dropped.</summary>
internal sealed class MarkedStream(EndMark mark, Stream target) : OneWayStream
{
    // A shell's short write lies in one read of Incus as a whole, unless that read was full; full is 32 KiB (io.Copy), and less than this never.
    private const int MayBeFull = 4096;

    // Where a full read only looked as if it ended within a mark; half of a real one follows at once.
    private static readonly TimeSpan RestIsThere = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim _one = new(1, 1);
    private byte[] _held = [];
    private bool _over;

    public override bool CanWrite => true;

    /// <summary>Passes on one read of Incus, as a whole.</summary>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_over) return;
            var bytes = _held.Length == 0 ? buffer : (byte[])[.. _held, .. buffer.Span];
            var before = mark.Find(bytes.Span, buffer.Length >= MayBeFull, out var exitCode);
            _over = exitCode is not null;
            _held = _over ? [] : bytes[before..].ToArray();
            if (before > 0) await target.WriteAsync(bytes[..before], cancellationToken);
            if (_held.Length > 0) _ = ReleaseLaterAsync(_held);
            if (exitCode is not { } code) return;
            await target.FlushAsync(cancellationToken);
            mark.See(code);
        }
        finally
        {
            _one.Release();
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => target.FlushAsync(cancellationToken);

    /// <summary>Passes on what is held back; no mark will come.</summary>
    public Task ReleaseAsync() => ReleaseAsync(_held);

    private async Task ReleaseLaterAsync(byte[] held)
    {
        await Task.Delay(RestIsThere);
        try
        {
            await ReleaseAsync(held);
        }
        catch (IOException)
        {
            // Nobody reads any more; whoever writes next is told.
        }
    }

    private async Task ReleaseAsync(byte[] held)
    {
        await _one.WaitAsync();
        try
        {
            if (!ReferenceEquals(held, _held) || held.Length == 0) return;
            _held = [];
            await target.WriteAsync(held);
            await target.FlushAsync();
        }
        finally
        {
            _one.Release();
        }
    }
}
