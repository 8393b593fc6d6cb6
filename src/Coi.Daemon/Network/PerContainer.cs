namespace Coi.Daemon.Network;

/// <summary>Lets what is done to one container's network be done one after the other: a refresh must not bring back what is being removed.</summary>
internal sealed class PerContainer
{
    private readonly Dictionary<string, Turn> _turns = [];

    /// <summary>Does the work when what was begun for the container before has ended.</summary>
    public async Task<T> RunAsync<T>(string container, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        var turn = Enter(container);
        try
        {
            await turn.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                return await work().ConfigureAwait(false);
            }
            finally
            {
                turn.Gate.Release();
            }
        }
        finally
        {
            Leave(container, turn);
        }
    }

    private Turn Enter(string container)
    {
        lock (_turns)
        {
            if (!_turns.TryGetValue(container, out var turn)) _turns[container] = turn = new Turn();
            turn.Users++;
            return turn;
        }
    }

    private void Leave(string container, Turn turn)
    {
        lock (_turns)
        {
            if (--turn.Users > 0) return;
            _turns.Remove(container);
            turn.Gate.Dispose();
        }
    }

    private sealed class Turn
    {
        public SemaphoreSlim Gate { get; } = new(1);

        public int Users { get; set; }
    }
}
