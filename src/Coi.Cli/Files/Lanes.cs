using System.Runtime.ExceptionServices;

namespace Coi.Cli.Files;

/// <summary>Small transfers side by side on one connection, so that none waits for the way there and back of another. The first failure stops all.</summary>
internal sealed class Lanes(CancellationToken cancellationToken) : IDisposable
{
    private const int Width = 48;

    private readonly SemaphoreSlim _free = new(Width);
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
    private ExceptionDispatchInfo? _first;

    /// <summary>Stops what is under way.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Stops what is under way; for whoever has failed outside of a lane.</summary>
    public Task StopAsync() => _stop.CancelAsync();

    /// <summary>Runs what uses the lanes, and throws what went wrong first.</summary>
    public async Task RunAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (OperationCanceledException) when (_first is not null)
        {
            // The lane that failed says why.
        }

        _first?.Throw();
    }

    /// <summary>Waits for a free lane and begins; the task that is returned ends with the work and never fails.</summary>
    public async Task<Task> BeginAsync(Func<Task> work)
    {
        await _free.WaitAsync(Token);
        return GuardedAsync(work);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _stop.Dispose();
        _free.Dispose();
    }

    private async Task GuardedAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e)
        {
            // Thrown again by RunAsync.
            Interlocked.CompareExchange(ref _first, ExceptionDispatchInfo.Capture(e), null);
            await _stop.CancelAsync();
        }
        finally
        {
            _free.Release();
        }
    }
}
