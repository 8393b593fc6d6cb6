using System.Globalization;
using Coi.Cli.StandIn;
using Microsoft.AspNetCore.Http;

// A coid to be started by coi in tests: STANDIN_MODE says how it behaves, STANDIN_STARTS takes a line for every start.
var socket = Environment.GetEnvironmentVariable("COI_SOCKET") ?? throw new InvalidOperationException("COI_SOCKET is not set");
var mode = Environment.GetEnvironmentVariable("STANDIN_MODE") ?? "ready";
if (Environment.GetEnvironmentVariable("STANDIN_STARTS") is { Length: > 0 } starts)
    await File.AppendAllTextAsync(starts, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");

switch (mode)
{
    case "refuses":
        Console.WriteLine("""error: {"code":"incus.missing","message":"Incus is not installed","hint":"apt-get install incus"}""");
        return 3;
    case "crashes":
        Console.Error.WriteLine("Unhandled exception: the journal is not a database");
        return 134;
}

// As coid does: one daemon a home, whoever starts it.
FileStream theOnlyOne;
try
{
    theOnlyOne = new FileStream(socket + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
}
catch (IOException)
{
    Console.WriteLine("""error: {"code":"daemon.running","message":"another daemon works here"}""");
    return 1;
}

await using var held = theOnlyOne;
if (Environment.GetEnvironmentVariable("STANDIN_DELAY") is { Length: > 0 } gate)
{
    // Not ready before the test has made this file.
    using var made = new SemaphoreSlim(0);
    using var watcher = new FileSystemWatcher(Path.GetDirectoryName(gate)!, Path.GetFileName(gate)) { EnableRaisingEvents = true };
    watcher.Created += (_, _) => made.Release();
    if (!File.Exists(gate)) await made.WaitAsync(TimeSpan.FromSeconds(90));
}

File.Delete(socket);
await using var server = await StandInServer.StartAsync(socket);
var version = Environment.GetEnvironmentVariable("STANDIN_VERSION") ?? "0.1.0";
server.Routes["GET /v1/status"] = context => context.Response.WriteAsync(
    $$"""
    {"version":"{{version}}","pid":{{Environment.ProcessId}},"started_at":"2026-01-31T10:00:00Z","home":"{{Environment.GetEnvironmentVariable("COI_HOME")}}",
     "journal":"j","log":"l","containers":0,"resident_bytes":1048576}
    """);
server.Routes["GET /v1/list"] = context => context.Response.WriteAsync("""{"containers":[]}""");
if (mode == "older")
{
    server.Routes["GET /v1/*"] = server.Routes["GET /v1/list"] = context =>
    {
        context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
        return context.Response.WriteAsync("""{"code":"daemon.older","message":"coid is older than coi"}""");
    };
}

server.Routes["POST /v1/stop"] = async context =>
{
    await context.Response.WriteAsync($$"""{"pid":{{Environment.ProcessId}}}""");
    await context.Response.CompleteAsync();
    _ = server.StopAsync();
};
Console.WriteLine("ready");
await server.WaitForShutdownAsync();
return 0;
