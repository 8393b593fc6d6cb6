using System.Text.Json.Nodes;

namespace Coi.FakeIncus;

/// <summary>Commands.</summary>
internal static class ExecRoutes
{
    // As the real one: whoever starts a command must connect its sockets soon.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    public static readonly FakeRoute[] All = [FakeRoute.Of("POST", "/1.0/instances/*/exec", StartAsync)];

    private static Task StartAsync(FakeCall call)
    {
        var instance = call.State.Instance(call.Name);
        if (instance.StatusCode == 102) throw new FakeIncusError(400, "Instance is not running");
        if (instance.StatusCode == 110) throw new FakeIncusError(400, "Instance is frozen");
        var exec = new FakeExec(instance.Name, call.Json);
        if (exec.Command.Count == 0) throw new FakeIncusError(400, "Command is empty");
        instance.Add(exec);
        return call.AsyncAsync(call.State.Operations.StartExec(
            instance.Name, exec, operation => RunAsync(call.State, instance, exec, operation)));
    }

    private static async Task RunAsync(FakeState state, FakeInstance instance, FakeExec exec, FakeOperation operation)
    {
        try
        {
            await ConnectAsync(state, exec, operation.Cancelled);
            state.Events.Lifecycle(
                "instance-exec", $"/1.0/instances/{instance.Name}", new JsonObject { ["command"] = FakeMaps.ToJson(exec.Command) });
            var output = Task.WhenAll(exec.OutputNames.Select(fd => exec.Sockets.SendAsync(exec, fd)));
            var code = await RunAsync(state, instance, exec);
            await exec.CloseOutputAsync();
            await output;
            // The real one mirrors a terminal in both directions, and ends only when both have.
            if (exec.Interactive) await exec.Sockets.InputEnded.WaitAsync(operation.Cancelled);
            operation.Metadata = new JsonObject { ["return"] = code };
        }
        finally
        {
            await exec.CloseOutputAsync();
            instance.Remove(exec);
            exec.Sockets.Finish();
        }
    }

    private static async Task ConnectAsync(FakeState state, FakeExec exec, CancellationToken cancelled)
    {
        try
        {
            await exec.Sockets.Connected.WaitAsync(ConnectTimeout, state.Time, cancelled);
        }
        catch (TimeoutException)
        {
            throw new FakeIncusError(500, "Timed out waiting for websockets to connect");
        }
    }

    private static async Task<int> RunAsync(FakeState state, FakeInstance instance, FakeExec exec)
    {
        var killed = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = exec.Killed.Register(() => killed.TrySetResult(137));
        var running = Task.Run(async () =>
        {
            try
            {
                return await state.ExecHandler(exec) ?? await FakeGuest.RunAsync(exec, instance, state);
            }
            catch (Exception error) when (error is OperationCanceledException or IOException or InvalidOperationException)
            {
                // Killed while reading or writing.
                return 137;
            }
        });
        return await await Task.WhenAny(running, killed.Task);
    }
}
