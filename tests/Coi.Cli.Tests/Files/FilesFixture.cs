using Coi.Contracts;
using Coi.FakeIncus;
using Coi.Incus;

namespace Coi.Cli.Tests.Files;

/// <summary>A caller, a stand-in for the daemon, and an Incus in memory with one container, <c>box</c>.</summary>
internal sealed class FilesFixture : IAsyncDisposable
{
    private FilesFixture(FakeIncusServer incus) => Incus = incus;

    public DaemonFixture Daemon { get; } = new();

    public Caller Caller => Daemon.Caller;

    public FakeIncusServer Incus { get; }

    public FakeFileSystem Inside => Incus.Instances["box"].Files;

    public static async Task<FilesFixture> StartAsync(bool running = true, IReadOnlyDictionary<string, string>? mount = null)
    {
        var socket = Path.Combine(Path.GetTempPath(), $"coi-fake-{Guid.NewGuid().ToString("N")[..8]}.sock");
        var fixture = new FilesFixture(await FakeIncusServer.StartAsync(socket));
        await fixture.Daemon.StartAsync();
        fixture.Daemon.Says("GET /v1/incus", new IncusPlace(socket, "default"), ContractsJson.Default.IncusPlace);
        fixture.Incus.AddImage("image");
        using var client = new IncusClient(new IncusClientOptions { SocketPath = socket });
        await client.Instances.CreateAsync(new NewInstance
        {
            Name = "box",
            Source = InstanceSource.FromAlias("image"),
            Profiles = ["default"],
            Start = running,
            Devices = mount is null ? new Dictionary<string, IReadOnlyDictionary<string, string>>() : new Dictionary<string, IReadOnlyDictionary<string, string>> { ["mount"] = mount },
        });
        return fixture;
    }

    /// <summary>A path in the caller's directory.</summary>
    public string Here(string name) => Path.Combine(Caller.Home, name);

    /// <summary>What of ours was left unfinished, on either side.</summary>
    public IEnumerable<string> Leftovers() => Inside.Paths.Concat(Directory.EnumerateFileSystemEntries(Caller.Home, "*", SearchOption.AllDirectories))
        .Where(path => Path.GetFileName(path) is ['.', 'c', 'o', 'i', '-', ..]);

    public async ValueTask DisposeAsync()
    {
        await Daemon.DisposeAsync();
        await Incus.DisposeAsync();
        File.Delete(Incus.SocketPath);
    }
}
