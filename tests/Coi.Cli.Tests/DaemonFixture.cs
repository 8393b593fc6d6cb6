using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Coi.Cli.StandIn;
using Coi.Contracts;
using Microsoft.AspNetCore.Http;

namespace Coi.Cli.Tests;

/// <summary>A caller, and a stand-in for the daemon that answers it.</summary>
internal sealed class DaemonFixture : IAsyncDisposable
{
    private StandInServer? _server;

    public Caller Caller { get; } = new();

    public StandInServer Server => _server!;

    public async Task StartAsync()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Caller.Socket)!);
        _server = await StandInServer.StartAsync(Caller.Socket);
    }

    /// <summary>A plain answer.</summary>
    public void Says<T>(string route, T answer, JsonTypeInfo<T> type, int status = 200) => Server.Routes[route] = context =>
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsync(JsonSerializer.Serialize(answer, type));
    };

    /// <summary>A streamed answer: steps, then a result.</summary>
    public void Answers<T>(string route, T result, JsonTypeInfo<T> type, params StreamLine[] before) => Server.Routes[route] = async context =>
    {
        foreach (var line in before) await context.Response.WriteAsync(JsonSerializer.Serialize(line, ContractsJson.Default.StreamLine) + "\n");
        var end = new StreamLine { Result = JsonSerializer.SerializeToElement(result, type) };
        await context.Response.WriteAsync(JsonSerializer.Serialize(end, ContractsJson.Default.StreamLine) + "\n");
    };

    /// <summary>A listing of running containers of these names.</summary>
    public void Containers(params string[] names) => Lists(names.Select((name, index) => Container(name, index + 1, Caller.Home)).ToArray());

    /// <summary>A listing.</summary>
    public void Lists(params ContainerSummary[] containers) => Says("GET /v1/list", new Listing(containers, null), ContractsJson.Default.Listing);

    public static ContainerSummary Container(string name, int slot, string workspace, string status = "Running") => new()
    {
        Name = name,
        Status = status,
        Phase = "running",
        Persistent = false,
        Slot = slot,
        Workspace = workspace,
        SessionId = "s-" + slot,
        Tool = "claude",
        Image = "coi",
        Ipv4 = "",
        Network = "restricted",
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    public static AttachTarget Target(string container, string incusSocket) => new()
    {
        Container = container,
        Slot = 1,
        SessionId = "s-1",
        Project = "default",
        IncusSocket = incusSocket,
        TmuxSession = "coi-" + container,
        Uid = 1234,
        Gid = 1234,
        Cwd = "/workspace",
        Environment = new Dictionary<string, string> { ["HOME"] = "/home/code" },
        Running = true,
    };

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        Caller.Dispose();
    }
}
