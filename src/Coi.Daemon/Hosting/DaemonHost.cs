using System.Net.Sockets;
using System.Text.Json;
using Coi.Contracts;
using Coi.Daemon.Api;
using Coi.Daemon.Configuration;
using Coi.Daemon.Containers;
using Coi.Daemon.History;
using Coi.Daemon.Images;
using Coi.Daemon.Journal;
using Coi.Daemon.Network;
using Coi.Daemon.Protection;
using Coi.Daemon.Sessions;
using Coi.Daemon.Slots;
using Coi.Domain;
using Coi.Domain.Configuration;
using Coi.Incus;
using Microsoft.Data.Sqlite;
using Serilog;

namespace Coi.Daemon.Hosting;

/// <summary>Puts the daemon together and runs it to its end.</summary>
internal static class DaemonHost
{
    /// <summary>Runs until SIGTERM, SIGINT or <c>POST /v1/stop</c>; sessions go on without it.</summary>
    /// <exception cref="FailureException">It cannot start.</exception>
    public static async Task<int> RunAsync()
    {
        var home = DaemonHome.FromEnvironment();
        using var only = SingleInstance.TryTake(home)
            ?? throw new FailureException(new Failure("daemon.running", $"another daemon works for {home.Root}", "coi daemon status"));
        ClearStaleSocket(home.Socket);
        if (JournalRescue.Prepare(home, TimeProvider.System.GetUtcNow(), out var rescued) is { } unusable) throw new FailureException(unusable);
        Log.Logger = DaemonLog.Create(home);
        if (rescued is not null) Log.Error("Journal: {Notice}", rescued);
        ForgetHistory(home);
        try
        {
            await using var app = Build(home);
            WriteIncusPlace(home.Socket, app.Services.GetRequiredService<IncusClient>());
            await app.StartAsync();
            File.SetUnixFileMode(home.Socket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            Log.Information("coid {Version} is ready at {Socket}, pid {Pid}", DaemonVersion.Text, home.Socket, Environment.ProcessId);
            Console.WriteLine("ready");
            _ = Task.Run(() => app.Services.GetRequiredService<SessionRepair>().Run());
            await app.WaitForShutdownAsync();
            Log.Information("coid ends; sessions go on");
            return app.Services.GetRequiredService<DaemonLifetime>().ExitCode;
        }
        finally
        {
            await Log.CloseAndFlushAsync();
        }
    }

    private static WebApplication Build(DaemonHome home)
    {
        // Empty: the usual builders look for appsettings.json and watch the whole tree below the working directory for changes of it,
        // here `/` with every container's files (seen: a sixth of a processor, for nothing).
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "coid", ContentRootPath = home.Root });
        builder.Services.AddRoutingCore();
        builder.Services.AddSerilog();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(home.Socket);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 4 * 1024 * 1024;
            // Streams are silent while a build step works; nothing is to be measured against a rate.
            kestrel.Limits.MinResponseDataRate = null;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(90));
        builder.Services
            .AddSingleton(home)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(ProcessOwner.Current())
            .AddSingleton(services => Incus(services.GetRequiredService<ProcessOwner>()))
            .AddSingleton<DaemonLifetime>()
            .AddHostedService<IdleMemory>()
            .AddSingleton(services => new SessionStore(home.Root, services.GetRequiredService<TimeProvider>()))
            .AddSingleton(services => new TrustStore(home.Root, services.GetRequiredService<TimeProvider>()))
            .AddSingleton<JournalHistory>()
            .AddSingleton<JournalHealth>()
            .AddSingleton<JournalNotices>()
            .AddSingleton<SessionKeeper>()
            .AddSingleton<SessionRepair>()
            .AddSingleton<ISessionKeeper>(services => services.GetRequiredService<SessionKeeper>())
            .AddSingleton<IImageBuilder>(services => new ImageBuilder(services.GetRequiredService<IncusClient>(), services.GetRequiredService<TimeProvider>()))
            .AddSlotNetworks()
            .AddSingleton<NamedContainerIndex>()
            .AddSingleton<NamedContainers>()
            .AddSingleton<ImagePublication>()
            .AddSingleton<ImageShelf>()
            .AddSingleton<WorkspaceGuards>()
            .AddSingleton<ISlotEffects, SlotEffects>()
            .AddApi()
            .AddActors(home);
        return builder.Build().MapApi();
    }

    // What is the daemon's and not a request's; null when the configuration cannot be used, which the next request says.
    private static EffectiveConfiguration? Configuration(ProcessOwner owner) =>
        ConfigurationLoader.Load(new ConfigurationRequest { Home = owner.HomeDirectory }) is ConfigurationResult.Loaded loaded ? loaded.Configuration : null;

    // One daemon watches one project.
    private static IncusClient Incus(ProcessOwner owner) => new(new IncusClientOptions { Project = Configuration(owner)?.IncusProject ?? "default" });

    // A journal that cannot be made shorter is a long journal, and no reason not to start.
    private static void ForgetHistory(DaemonHome home)
    {
        if (Configuration(ProcessOwner.Current())?.HistoryRetention is not { } retention) return;
        try
        {
            if (JournalRetention.Forget(home.Journal, TimeProvider.System.GetUtcNow() - retention) is > 0 and var count)
                Log.Information("Journal: {Count} events of lives that ended more than {Retention} ago were forgotten (history.retention)", count, retention);
        }
        catch (Exception ex) when (ex is SqliteException or IOException or UnauthorizedAccessException)
        {
            Log.Warning("Journal: history could not be shortened, so all of it stays: {Reason}", ex.Message);
        }
    }

    // Before anybody can connect: whoever is answered reads this daemon's own words. Renamed into its place, so that nobody reads half of it.
    private static void WriteIncusPlace(string socket, IncusClient incus)
    {
        var file = DaemonPaths.IncusPlace(socket);
        File.WriteAllText(file + ".new", JsonSerializer.Serialize(new IncusPlace(incus.SocketPath, incus.Project), ContractsJson.Default.IncusPlace));
        File.Move(file + ".new", file, overwrite: true);
    }

    // Kestrel refuses to bind over a file. The lock says that no daemon of this home lives; a connection says whether another's does.
    private static void ClearStaleSocket(string path)
    {
        if (!File.Exists(path)) return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            File.Delete(path);
            return;
        }

        throw new FailureException(new Failure("socket.taken", $"another program listens at {path}", "Unset COI_SOCKET, or end that program"));
    }
}
