using Coi.Contracts;
using Coi.Daemon.Containers;
using Coi.Daemon.Hosting;
using Coi.Daemon.Images;
using Coi.Daemon.Network;
using Coi.FakeIncus;
using Coi.Incus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Coi.Daemon.Tests.Images;

/// <summary>Images in an Incus in memory, and what changes them.</summary>
internal sealed class ImageShop : IAsyncLifetime
{
    public const string Home = "/home/x/.coi";

    private readonly string _directory = Directory.CreateTempSubdirectory("coi-images-").FullName;
    private ServiceProvider? _services;

    public FakeIncusServer Incus { get; private set; } = null!;

    public IncusClient Client { get; private set; } = null!;

    public ImageShelf Shelf => _services!.GetRequiredService<ImageShelf>();

    public List<Progress> Steps { get; } = [];

    public async Task InitializeAsync()
    {
        Incus = await FakeIncusServer.StartAsync(Path.Combine(_directory, "unix.socket"));
        Client = new IncusClient(new IncusClientOptions { SocketPath = Incus.SocketPath });
        _services = new ServiceCollection()
            .AddSingleton(new DaemonHome(Home, "/nowhere"))
            .AddSingleton(Client)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(typeof(ILogger<>), typeof(NullLogger<>))
            .AddSlotNetworks()
            .AddSingleton<NamedContainerIndex>()
            .AddSingleton<NamedContainers>()
            .AddSingleton<ImagePublication>()
            .AddSingleton<ImageShelf>()
            .BuildServiceProvider();
    }

    public async Task DisposeAsync()
    {
        if (_services is not null) await _services.DisposeAsync();
        Client.Dispose();
        await Incus.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>An image that a coi made; further names follow.</summary>
    public async Task<string> AddAsync(string alias, string home = Home, params string[] names)
    {
        var fingerprint = Incus.AddImage(alias, new Dictionary<string, string> { ["user.coi.kind"] = "image", ["user.coi.home"] = home });
        foreach (var name in names) await Client.Images.MoveAliasAsync(name, fingerprint);
        return fingerprint;
    }

    /// <summary>A container from an image.</summary>
    public Task ContainerAsync(string name, bool runs = false) => Client.Instances.CreateAsync(
        new NewInstance { Name = name, Source = InstanceSource.FromAlias("base"), Profiles = ["default"], Start = runs });

    public Task<PublishedImage> PublishAsync(string container, string alias, bool delete = false, bool force = false, CancellationToken cancellationToken = default) =>
        _services!.GetRequiredService<ImagePublication>().RunAsync(
            new PublishImageRequest { Container = container, Alias = alias, Delete = delete, Force = force, Client = new ClientContext() }, "none", Steps.Add, cancellationToken);

    public Task<CleanedImages> CleanAsync(string prefix, int keep, bool dryRun = false, params string[]? only) =>
        Shelf.CleanAsync(new CleanImagesRequest { Prefix = prefix, Keep = keep, DryRun = dryRun, Only = only is { Length: > 0 } ? only : null }, Steps.Add, CancellationToken.None);

    public Task<DeletedImages> DeleteAsync(bool force, params string[] names) => Shelf.DeleteAsync(new DeleteImagesRequest(names, force), Steps.Add, CancellationToken.None);
}
