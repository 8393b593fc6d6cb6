using System.Globalization;
using System.Text.Json.Nodes;

namespace Coi.FakeIncus;

/// <summary>Operations: list, look, wait, cancel, and the sockets of commands.</summary>
internal static class OperationRoutes
{
    public static readonly FakeRoute[] All =
    [
        FakeRoute.Of("GET", "/1.0/operations", ListAsync),
        FakeRoute.Of("GET", "/1.0/operations/*", call => call.SyncAsync(call.State.Operations.Get(call.Name).ToJson())),
        FakeRoute.Of("DELETE", "/1.0/operations/*", CancelAsync),
        FakeRoute.Of("GET", "/1.0/operations/*/wait", WaitAsync),
        FakeRoute.Of("GET", "/1.0/operations/*/websocket", ExecSockets.ServeAsync),
    ];

    private static Task ListAsync(FakeCall call)
    {
        var byState = new JsonObject();
        foreach (var group in call.State.Operations.All.GroupBy(operation => operation.StatusCode switch
        {
            103 => "running",
            105 => "pending",
            200 => "success",
            401 => "cancelled",
            _ => "failure",
        }))
        {
            byState[group.Key] = new JsonArray([.. group.Select(operation => (JsonNode)operation.ToJson())]);
        }

        return call.SyncAsync(byState);
    }

    private static Task CancelAsync(FakeCall call)
    {
        var operation = call.State.Operations.Get(call.Name);
        if (!operation.MayCancel) throw new FakeIncusError(400, "This operation can't be cancelled");
        operation.Cancel();
        return call.DoneAsync();
    }

    private static async Task WaitAsync(FakeCall call)
    {
        var operation = call.State.Operations.Get(call.Name);
        var seconds = int.TryParse(call.Query("timeout"), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : -1;
        try
        {
            await operation.Done.WaitAsync(
                seconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(seconds), call.State.Time, call.Ended);
        }
        catch (TimeoutException)
        {
            // The answer is then the operation as it is, still running.
        }

        // The real one (6.0.4) answers for a failed operation with its error, not with the operation.
        if (operation.StatusCode == 400) throw new FakeIncusError(operation.ErrorCode, operation.Error);
        await call.SyncAsync(operation.ToJson());
    }
}
