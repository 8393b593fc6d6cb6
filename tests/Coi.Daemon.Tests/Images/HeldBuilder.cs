using System.Threading.Channels;
using Coi.Contracts;
using Coi.Daemon.Images;

namespace Coi.Daemon.Tests.Images;

/// <summary>A builder whose builds end when the test says so.</summary>
internal sealed class HeldBuilder : IImageBuilder
{
    private readonly Channel<Held> _builds = Channel.CreateUnbounded<Held>();
    private TaskCompletionSource<IReadOnlyList<string>>? _leftovers;
    private int _begun;

    public int Begun => _begun;

    public async Task<Held> NextAsync() => await _builds.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

    public TaskCompletionSource<IReadOnlyList<string>> HoldLeftovers() => _leftovers = new TaskCompletionSource<IReadOnlyList<string>>();

    public Task<BuiltImage> BuildAsync(BuildRequest request, BuildOptions options, IBuildObserver observer, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _begun);
        var held = new Held(request.Alias, observer, new TaskCompletionSource<BuiltImage>(TaskCreationOptions.RunContinuationsAsynchronously), cancellationToken);
        _builds.Writer.TryWrite(held);
        return held.Done.Task;
    }

    public Task<IReadOnlyList<string>> RemoveLeftoversAsync(string home, CancellationToken cancellationToken = default) =>
        _leftovers?.Task ?? Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>A build that has begun.</summary>
    internal sealed record Held(string Alias, IBuildObserver Observer, TaskCompletionSource<BuiltImage> Done, CancellationToken Token);
}
