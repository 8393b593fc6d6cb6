using System.Threading.Channels;

namespace Coi.Daemon.Feed;

/// <summary>One reader of the live feed and its bounded queue.</summary>
/// <param name="capacity">How many lines may wait for it.</param>
internal sealed class FeedReader(int capacity = FeedReader.Places)
{
    private const int Places = 1024;
    private readonly Channel<object> _lines = Channel.CreateBounded<object>(new BoundedChannelOptions(capacity) { SingleReader = true, SingleWriter = true });

    /// <summary>Messages as they come; they end when the queue was full once.</summary>
    public IAsyncEnumerable<object> ReadAsync(CancellationToken cancellationToken) => _lines.Reader.ReadAllAsync(cancellationToken);

    /// <summary>Queues a message; false, and the end of the queue, when it is full.</summary>
    public bool TryTell(object message)
    {
        if (_lines.Writer.TryWrite(message)) return true;
        _lines.Writer.TryComplete();
        return false;
    }
}
