using System.Text.Json.Nodes;

namespace Coi.FakeIncus;

/// <summary>The state of instances: read, start, stop, restart, freeze.</summary>
internal static class StateRoutes
{
    public static readonly FakeRoute[] All =
    [
        FakeRoute.Of("GET", "/1.0/instances/*/state", GetStateAsync),
        FakeRoute.Of("PUT", "/1.0/instances/*/state", SetStateAsync),
        FakeRoute.Of("GET", "/1.0/instances/*/logs/lxc.log", ReadLogAsync),
    ];

    private static Task GetStateAsync(FakeCall call)
    {
        var instance = call.State.Instance(call.Name);
        return call.SyncAsync(call.State.With(instance.StateToJson));
    }

    private static Task ReadLogAsync(FakeCall call) =>
        call.Context.Response.WriteAsync(call.State.Instance(call.Name).Log ?? throw new FakeIncusError(404, "Not Found"), call.Ended);

    private static Task SetStateAsync(FakeCall call)
    {
        var instance = call.State.Instance(call.Name);
        var request = call.Json;
        return FakeMaps.Text(request, "action") switch
        {
            "start" => call.StartAsync("Starting instance", "instances", instance.Name, Run(() => call.State.Start(instance))),
            "stop" => call.StartAsync("Stopping instance", "instances", instance.Name, _ => StopAsync(call, instance, request)),
            "restart" => call.StartAsync("Restarting instance", "instances", instance.Name, _ => RestartAsync(call, instance, request)),
            "freeze" => call.StartAsync("Freezing instance", "instances", instance.Name, Run(() => Freeze(call, instance, 103, 110, "instance-paused"))),
            "unfreeze" => call.StartAsync("Unfreezing instance", "instances", instance.Name, Run(() => Freeze(call, instance, 110, 103, "instance-resumed"))),
            var action => throw new FakeIncusError(400, $"Unknown action: '{action}'"),
        };
    }

    private static async Task StopAsync(FakeCall call, FakeInstance instance, JsonObject request)
    {
        var force = FakeMaps.Flag(request, "force");
        await ShutDownAsync(call, instance, request);
        call.State.Stop(instance, force ? "instance-stopped" : "instance-shutdown", requested: true);
    }

    private static async Task RestartAsync(FakeCall call, FakeInstance instance, JsonObject request)
    {
        await ShutDownAsync(call, instance, request);
        call.State.With(_ => instance.StatusCode = 102);
        instance.KillExecs();
        call.State.Start(instance, "instance-restarted");
    }

    private static async Task ShutDownAsync(FakeCall call, FakeInstance instance, JsonObject request)
    {
        if (instance.StatusCode == 102) throw new FakeIncusError(400, "The instance is already stopped");
        if (FakeMaps.Flag(request, "force") || !instance.IgnoresShutdown) return;
        var timeout = FakeMaps.Number(request, "timeout", -1);
        await Task.Delay(timeout < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(timeout), call.State.Time, call.Ended);
        throw new FakeIncusError(500, "Failed shutting down instance, status is \"Running\": context deadline exceeded");
    }

    private static void Freeze(FakeCall call, FakeInstance instance, int from, int to, string action) => call.State.With(state =>
    {
        if (instance.StatusCode != from) throw new FakeIncusError(400, "The instance is not in the right state");
        instance.StatusCode = to;
        state.Events.Lifecycle(action, $"/1.0/instances/{instance.Name}");
    });

    private static Func<FakeOperation, Task> Run(Action work) => _ =>
    {
        work();
        return Task.CompletedTask;
    };
}
