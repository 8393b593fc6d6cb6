using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coi.FakeIncus;

/// <summary>One request being handled, with what handlers need of it.</summary>
internal sealed class FakeCall(HttpContext context, FakeState state, string[] names, CancellationToken ended)
{
    public HttpContext Context => context;

    public FakeState State => state;

    /// <summary>What the route's pattern captured, unescaped.</summary>
    public string Name => names[0];

    /// <summary>The second capture, of a route that names something within something.</summary>
    public string SecondName => names[1];

    public int Recursion => int.TryParse(context.Request.Query["recursion"], out var depth) ? depth : 0;

    /// <summary>Ends with the server or the connection.</summary>
    public CancellationToken Ended => ended;

    /// <summary>Set by a fault: the operation that this request starts fails or never ends.</summary>
    public FakeOperationFault? OperationFault { get; init; }

    /// <summary>Set by a fault: half of the answer is sent.</summary>
    public bool Truncated { get; init; }

    /// <summary>Set by a fault: the answer is never sent.</summary>
    public TaskCompletionSource? Withheld { get; init; }

    public string Body { get; init; } = "";

    public JsonObject Json
    {
        get
        {
            try
            {
                return JsonNode.Parse(Body) as JsonObject ?? throw new FakeIncusError(400, "EOF");
            }
            catch (JsonException error)
            {
                throw new FakeIncusError(400, error.Message);
            }
        }
    }

    public string Query(string name) => context.Request.Query[name].ToString();

    public Task SyncAsync(JsonNode? metadata, int status = 200, string? etag = null) => WriteAsync(status, new JsonObject
    {
        ["type"] = "sync",
        ["status"] = "Success",
        ["status_code"] = 200,
        ["operation"] = "",
        ["error_code"] = 0,
        ["error"] = "",
        ["metadata"] = metadata,
    }, etag);

    public Task DoneAsync(int status = 200) => SyncAsync(new JsonObject(), status);

    public Task ErrorAsync(int code, string message) => WriteAsync(code, new JsonObject
    {
        ["type"] = "error",
        ["status"] = "",
        ["status_code"] = 0,
        ["operation"] = "",
        ["error_code"] = code,
        ["error"] = message,
        ["metadata"] = null,
    });

    public Task AsyncAsync(FakeOperation operation) => WriteAsync(202, new JsonObject
    {
        ["type"] = "async",
        ["status"] = "Operation created",
        ["status_code"] = 100,
        ["operation"] = $"/1.0/operations/{operation.Id}",
        ["error_code"] = 0,
        ["error"] = "",
        ["metadata"] = operation.Begun,
    });

    /// <summary>Starts an operation and answers with it.</summary>
    public Task StartAsync(
        string description, string? kind, string? name, Func<FakeOperation, Task> work) =>
        AsyncAsync(state.Operations.Start(description, kind, name, work, OperationFault));

    private async Task WriteAsync(int status, JsonObject body, string? etag = null)
    {
        if (Withheld is { } withheld)
        {
            withheld.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, ended);
        }

        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        if (etag is not null) context.Response.Headers.ETag = $"\"{etag}\"";
        await context.Response.Body.WriteAsync(Truncated ? bytes.AsMemory(0, bytes.Length / 2) : bytes);
    }
}
