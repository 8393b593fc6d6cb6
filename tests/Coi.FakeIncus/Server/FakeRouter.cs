using System.Text.RegularExpressions;

namespace Coi.FakeIncus;

/// <summary>Finds the handler of a request, after the faults had their turn.</summary>
internal sealed class FakeRouter(FakeState state, FakeFaults faults, Action<FakeRequest> log)
{
    private static readonly FakeRoute[] Routes =
    [
        .. ServerRoutes.All, .. OperationRoutes.All, .. InstanceRoutes.All, .. SnapshotRoutes.All, .. StateRoutes.All, .. ExecRoutes.All, .. FileRoutes.All,
        .. SftpRoutes.All,
        .. NetworkRoutes.All, .. AclRoutes.All, .. AliasRoutes.All, .. ImageRoutes.All,
    ];

    public async Task HandleAsync(HttpContext context, CancellationToken ended)
    {
        var path = $"{context.Request.Path.Value}{context.Request.QueryString}";
        var body = await ReadBodyAsync(context);
        log(new FakeRequest(context.Request.Method, path, body));

        var fault = faults.Take(context.Request.Method, path);
        if (fault is { Delay: { } delay }) await Task.Delay(delay, state.Time, ended);
        fault?.Reached?.TrySetResult();
        // A socket is its own answer.
        if (context.WebSockets.IsWebSocketRequest) fault?.Withholds?.TrySetResult();
        if (fault is { Hangs: true }) await Task.Delay(Timeout.InfiniteTimeSpan, ended);
        if (fault is { Disconnects: true }) throw new ConnectionAbort();

        var (route, names) = Find(context);
        var call = new FakeCall(context, state, names, ended)
        {
            Body = body,
            OperationFault = fault?.Operation,
            Truncated = fault is { Truncates: true },
            Withheld = fault?.Withholds,
        };
        try
        {
            if (fault is { Status: { } status }) throw new FakeIncusError(status, fault.Message ?? "");
            await (route?.Handle(call) ?? throw new FakeIncusError(404, "not found"));
        }
        catch (FakeIncusError error)
        {
            await call.ErrorAsync(error.Code, error.Message);
        }
    }

    private static (FakeRoute? Route, string[] Names) Find(HttpContext context)
    {
        foreach (var route in Routes)
        {
            if (route.Method != context.Request.Method) continue;
            var match = route.Path.Match(context.Request.Path.Value ?? "");
            if (match.Success) return (route, [.. match.Groups.Values.Skip(1).Select(group => Uri.UnescapeDataString(group.Value))]);
        }

        return (null, []);
    }

    private static async Task<string> ReadBodyAsync(HttpContext context)
    {
        if (context.Request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) != true) return "";
        using var reader = new StreamReader(context.Request.Body);
        return await reader.ReadToEndAsync(context.RequestAborted);
    }
}

/// <summary>A method, a pattern of paths, and what answers them.</summary>
internal sealed record FakeRoute(string Method, Regex Path, Func<FakeCall, Task> Handle)
{
    /// <summary>A route whose <c>*</c> stands for one name.</summary>
    public static FakeRoute Of(string method, string path, Func<FakeCall, Task> handle) =>
        new(method, new Regex($"^{Regex.Escape(path).Replace("\\*", "([^/]+)", StringComparison.Ordinal)}/?$"), handle);
}
