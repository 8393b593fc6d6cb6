using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;

namespace Coi.FakeIncus;

/// <summary>A background operation.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing that needs disposing")]
internal sealed class FakeOperation(string description, string? kind, string? name, DateTimeOffset now)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _cancel = new();

    public string Id { get; } = Guid.NewGuid().ToString();

    public string Class { get; init; } = "task";

    public int StatusCode { get; private set; } = 105;

    public JsonObject? Metadata { get; set; }

    public bool MayCancel { get; set; }

    /// <summary>Whether it was ordered never to begin its work.</summary>
    public bool Hangs { get; init; }

    public string Error { get; private set; } = "";

    /// <summary>The code that waiting for it answers with when it failed.</summary>
    public int ErrorCode { get; private set; }

    public FakeExec? Exec { get; set; }

    /// <summary>What the answer to the request says: as with the real one, that it has begun.</summary>
    public JsonObject Begun { get; private set; } = [];

    public Task Done => _done.Task;

    public bool IsFinished => StatusCode >= 200;

    public CancellationToken Cancelled => _cancel.Token;

    public void Cancel() => _cancel.Cancel();

    public void Enter(int statusCode, string error = "", int errorCode = 0)
    {
        (StatusCode, Error, ErrorCode) = (statusCode, error, errorCode);
        if (IsFinished) MayCancel = false;
        else Begun = ToJson();
    }

    public void Complete() => _done.TrySetResult();

    public JsonObject ToJson() => new()
    {
        ["id"] = Id,
        ["class"] = Class,
        ["description"] = description,
        ["created_at"] = now.ToString("O"),
        ["updated_at"] = now.ToString("O"),
        ["status"] = StatusCode switch { 105 => "Pending", 103 => "Running", 200 => "Success", 401 => "Cancelled", _ => "Failure" },
        ["status_code"] = StatusCode,
        ["resources"] = kind is null ? new JsonObject() : new JsonObject { [kind] = new JsonArray($"/1.0/{kind}/{name}") },
        ["metadata"] = Metadata?.DeepClone(),
        ["may_cancel"] = MayCancel,
        ["err"] = Error,
        ["location"] = "none",
    };
}
