using Coi.FakeIncus;

namespace Coi.Incus.Tests.Contract;

/// <summary>A fake Incus of its own for each test class.</summary>
public sealed class FakeWorld : IncusWorld
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("coi-fake-");

    public FakeIncusServer Server { get; private set; } = null!;

    public override async Task InitializeAsync()
    {
        Server = await FakeIncusServer.StartAsync(Path.Combine(_directory.FullName, "unix.socket"));
        Image = "coi-base";
        Server.AddImage(Image);
        Options = new IncusClientOptions { SocketPath = Server.SocketPath };
        Client = new IncusClient(Options);
    }

    public override Task WaitForBootAsync(string instance) => Task.CompletedTask;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Server.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
