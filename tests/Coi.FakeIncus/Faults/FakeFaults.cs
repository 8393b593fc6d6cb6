using System.Text.RegularExpressions;

namespace Coi.FakeIncus;

/// <summary>
/// Faults by method and path (with query, as a regular expression); each is used up after so many requests. A method
/// of <c>*</c> means any; the first <c>after</c> requests that match are let through.
/// </summary>
public sealed class FakeFaults
{
    private readonly Lock _lock = new();
    private readonly List<FakeFault> _faults = [];

    /// <summary>Answers with an error instead of doing anything.</summary>
    public void Fail(string method, string pathRegex, int status, string message, int times = 1, int after = 0) =>
        Add(method, pathRegex, times, new FakeFault { Status = status, Message = message, After = after });

    /// <summary>Answers late.</summary>
    public void Delay(string method, string pathRegex, TimeSpan delay, int times = 1) =>
        Add(method, pathRegex, times, new FakeFault { Delay = delay });

    /// <summary>Never answers.</summary>
    public void Hang(string method, string pathRegex, int times = 1, int after = 0) =>
        Add(method, pathRegex, times, new FakeFault { Hangs = true, After = after });

    /// <summary>Cuts the connection instead of answering.</summary>
    public void Disconnect(string method, string pathRegex, int times = 1, int after = 0) =>
        Add(method, pathRegex, times, new FakeFault { Disconnects = true, After = after });

    /// <summary>Does what is asked, and sends half of the answer.</summary>
    public void Truncate(string method, string pathRegex, int times = 1, int after = 0) =>
        Add(method, pathRegex, times, new FakeFault { Truncates = true, After = after });

    /// <summary>Accepts, and the operation fails with these words without having done anything.</summary>
    public void FailOperation(string method, string pathRegex, string message, int code = 500, int times = 1) =>
        Add(method, pathRegex, times, new FakeFault { Operation = new FakeOperationFault(code, message, null, false) });

    /// <summary>Accepts, and the operation never begins its work and never ends unless it is cancelled.</summary>
    public void HangOperation(string method, string pathRegex, bool mayCancel = false, int times = 1) =>
        Add(method, pathRegex, times, new FakeFault { Operation = new FakeOperationFault(null, null, Timeout.InfiniteTimeSpan, mayCancel) });

    /// <summary>Accepts, and the operation begins its work late.</summary>
    public void DelayOperation(string method, string pathRegex, TimeSpan delay, int times = 1) =>
        Add(method, pathRegex, times, new FakeFault { Operation = new FakeOperationFault(null, null, delay, false) });

    /// <summary>
    /// As for a client that is killed: one request is done (<paramref name="done"/>) or not, and never answered, and none after it is looked
    /// at. The event socket does not count.
    /// </summary>
    /// <param name="after">How many requests are let through first.</param>
    /// <param name="done">Whether the one after them is done.</param>
    /// <returns>Completes when that one has come to this.</returns>
    public Task Silence(int after, bool done)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        const string all = @"^/1\.0/(?!events)";
        Add("*", all, 1, done ? new FakeFault { Withholds = reached, After = after } : new FakeFault { Hangs = true, Reached = reached, After = after });
        Add("*", all, int.MaxValue, new FakeFault { Hangs = true });
        return reached.Task;
    }

    /// <summary>Forgets all faults that were not used up.</summary>
    public void Clear()
    {
        lock (_lock) _faults.Clear();
    }

    internal FakeFault? Take(string method, string path)
    {
        lock (_lock)
        {
            var fault = _faults.Find(candidate => candidate.Matches(method, path));
            if (fault is { After: > 0 })
            {
                fault.After--;
                return null;
            }

            if (fault is not null && --fault.Times == 0) _faults.Remove(fault);
            return fault;
        }
    }

    private void Add(string method, string pathRegex, int times, FakeFault fault)
    {
        fault.Method = method;
        fault.Path = new Regex(pathRegex);
        fault.Times = times;
        lock (_lock) _faults.Add(fault);
    }
}

/// <summary>One fault that was ordered.</summary>
internal sealed class FakeFault
{
    public string Method { get; set; } = "*";

    public Regex Path { get; set; } = new(".*");

    public int Times { get; set; } = 1;

    public int After { get; set; }

    public int? Status { get; init; }

    public string? Message { get; init; }

    public TimeSpan? Delay { get; init; }

    public bool Hangs { get; init; }

    /// <summary>Completed when the request that hangs has come.</summary>
    public TaskCompletionSource? Reached { get; init; }

    /// <summary>Completed when the request is done, which is never answered.</summary>
    public TaskCompletionSource? Withholds { get; init; }

    public bool Disconnects { get; init; }

    public bool Truncates { get; init; }

    public FakeOperationFault? Operation { get; init; }

    public bool Matches(string method, string path) => (Method == "*" || Method == method) && Path.IsMatch(path);
}

/// <summary>What goes wrong with an operation.</summary>
internal sealed record FakeOperationFault(int? Code, string? Message, TimeSpan? Delay, bool MayCancel);
