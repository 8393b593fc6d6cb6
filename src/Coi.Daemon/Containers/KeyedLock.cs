namespace Coi.Daemon.Containers;

/// <summary>Lets one at a time work on what has the same name.</summary>
internal sealed class KeyedLock
{
    private readonly Dictionary<string, (SemaphoreSlim Gate, int Users)> _gates = [];

    /// <summary>Waits for the turn; disposing what is returned gives it to the next.</summary>
    public async Task<IDisposable> EnterAsync(string name, CancellationToken cancellationToken)
    {
        SemaphoreSlim gate;
        lock (_gates)
        {
            var (known, users) = _gates.GetValueOrDefault(name);
            gate = known ?? new SemaphoreSlim(1, 1);
            _gates[name] = (gate, users + 1);
        }

        try
        {
            await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Leave(name, entered: false);
            throw;
        }

        return new Turn(this, name);
    }

    private void Leave(string name, bool entered)
    {
        lock (_gates)
        {
            var (gate, users) = _gates[name];
            if (entered) gate.Release();
            if (users == 1) _gates.Remove(name);
            else _gates[name] = (gate, users - 1);
        }
    }

    private sealed class Turn(KeyedLock owner, string name) : IDisposable
    {
        private int _over;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _over, 1) == 0) owner.Leave(name, entered: true);
        }
    }
}
