using Coi.FakeIncus;

namespace Coi.Incus.Tests.Client;

/// <summary>A fake Incus and a client of it, for one test.</summary>
public abstract class FakeServer : IAsyncLifetime
{
    protected const int Limit = 60_000;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("coi-fake-");

    protected FakeIncusServer Server { get; private set; } = null!;

    protected IncusClient Client { get; private set; } = null!;

    protected string SocketPath => Path.Combine(_directory.FullName, "unix.socket");

    public async Task InitializeAsync()
    {
        Server = await FakeIncusServer.StartAsync(SocketPath);
        Server.AddImage("base");
        Client = NewClient();
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        _directory.Delete(recursive: true);
    }

    protected IncusClient NewClient(double callSeconds = 30, double operationSeconds = 30) => new(new IncusClientOptions
    {
        SocketPath = SocketPath,
        CallTimeout = TimeSpan.FromSeconds(callSeconds),
        OperationTimeout = TimeSpan.FromSeconds(operationSeconds),
    });

    protected static NewInstance Describe(string name, bool start = false) => new()
    {
        Name = name,
        Source = InstanceSource.FromAlias("base"),
        Profiles = ["default"],
        Start = start,
    };
}
