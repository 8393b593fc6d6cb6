using System.Collections.Concurrent;

namespace Coi.FakeIncus;

/// <summary>The operations under way, and those that ended within the last seconds.</summary>
internal sealed class FakeOperations(FakeState state)
{
    // As the real one does (internal/server/operations): a finished operation can be read for five seconds more.
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, FakeOperation> _operations = new();

    public IReadOnlyCollection<FakeOperation> All => [.. _operations.Values];

    public FakeOperation Get(string id) =>
        _operations.GetValueOrDefault(id) ?? throw new FakeIncusError(404, "Operation not found");

    public FakeOperation Start(
        string description, string? kind, string? name, Func<FakeOperation, Task> work, FakeOperationFault? fault)
    {
        var operation = new FakeOperation(description, kind, name, state.Time.GetUtcNow()) { MayCancel = fault?.MayCancel ?? false, Hangs = fault?.Delay == Timeout.InfiniteTimeSpan };
        Begin(operation);
        _ = RunAsync(operation, work, fault);
        return operation;
    }

    public FakeOperation StartExec(string name, FakeExec exec, Func<FakeOperation, Task> work)
    {
        var operation = new FakeOperation("Executing command", "instances", name, state.Time.GetUtcNow())
        {
            Class = "websocket",
            Metadata = exec.ToJson(),
            Exec = exec,
        };
        Begin(operation);
        _ = RunAsync(operation, work, null);
        return operation;
    }

    /// <summary>Tells listeners what an operation has to say now.</summary>
    public void Announce(FakeOperation operation) => state.Events.Publish("operation", operation.ToJson());

    /// <summary>What a dying server does to its operations: nobody hears of them again.</summary>
    public void Forget()
    {
        foreach (var operation in _operations.Values)
        {
            operation.Cancel();
            operation.Exec?.Kill();
        }

        _operations.Clear();
    }

    /// <summary>Has those end that were ordered never to.</summary>
    public void EndHung()
    {
        foreach (var operation in _operations.Values.Where(operation => operation.Hangs)) operation.Cancel();
    }

    private void Begin(FakeOperation operation)
    {
        _operations[operation.Id] = operation;
        Announce(operation);
        operation.Enter(103);
        Announce(operation);
    }

    private async Task RunAsync(FakeOperation operation, Func<FakeOperation, Task> work, FakeOperationFault? fault)
    {
        try
        {
            if (fault?.Delay is { } delay) await Task.Delay(delay, state.Time, operation.Cancelled);
            if (fault?.Message is { } message) throw new FakeIncusError(fault.Code ?? 500, message);
            await work(operation);
            operation.Enter(200);
        }
        catch (OperationCanceledException)
        {
            operation.Enter(401, "", 0);
        }
        catch (FakeIncusError error)
        {
            operation.Enter(400, error.Message, error.Code);
        }

        if (!_operations.ContainsKey(operation.Id)) return; // The server died meanwhile.
        Announce(operation);
        operation.Complete();
        await Task.Delay(Remembered, state.Time);
        _operations.TryRemove(operation.Id, out _);
    }
}
