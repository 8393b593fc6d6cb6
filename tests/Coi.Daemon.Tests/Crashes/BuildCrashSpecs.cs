using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Daemon.Images;
using Coi.Daemon.Tests.Images;
using Coi.FakeIncus;
using Coi.Incus;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Coi.Daemon.Tests.Crashes;

/// <summary>The daemon is killed before and after each thing that a build asks of Incus: the next one removes what it made, and the image is the old one or the new one.</summary>
public sealed class BuildCrashSpecs(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Alias = "mine";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly string _root = Directory.CreateTempSubdirectory("coi-build-crash-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 2, 1, 10, 0, 0, TimeSpan.Zero));
    private FakeIncusServer? _incus;

    private FakeIncusServer Incus => _incus ?? throw new InvalidOperationException("the test has not begun");

    public async Task InitializeAsync() => _incus = await FakeIncusServer.StartWithImageAsync(Path.Combine(_root, "incus.socket"), "base");

    public async Task DisposeAsync()
    {
        await Incus.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_build_leaves_the_old_image_or_the_new_one_and_nothing_else_whatever_it_asked_of_Incus_last(bool done)
    {
        using (var client = Client()) await BuildAsync(client);
        var moment = 0;
        while (await IsKilledAsync(moment, done)) moment++;
        output.WriteLine($"killed at {moment} moments");
        Assert.InRange(moment, 12, 100);
    }

    [Fact]
    public async Task Who_cancels_when_the_image_has_its_name_has_the_image()
    {
        using var client = Client();
        using var cancellation = new CancellationTokenSource();

        var built = await BuildAsync(client, new CancelsAt("warm", cancellation), cancellation.Token);

        Assert.True(cancellation.IsCancellationRequested);
        Assert.Equal(built.Fingerprint, (await client.Images.FindAliasAsync(Alias))?.Target);
        Assert.Empty(Incus.Instances);
    }

    [Fact]
    public async Task Who_cancels_before_the_image_has_its_name_has_the_old_one()
    {
        using var client = Client();
        var old = await BuildAsync(client);
        using var cancellation = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<Exception>(() => BuildAsync(client, new CancelsAt("publish", cancellation), cancellation.Token));

        Assert.Equal(old.Fingerprint, (await client.Images.FindAliasAsync(Alias))?.Target);
        Assert.Equal(2, (await FingerprintsAsync(client)).Count); // the base, and the old one
        Assert.Empty(Incus.Instances);
    }

    private async Task<bool> IsKilledAsync(int moment, bool done)
    {
        List<string> before;
        using (var first = Client())
        {
            before = await FingerprintsAsync(first);
            var reached = Incus.Faults.Silence(moment, done);
            var built = BuildAsync(first);
            if (await Task.WhenAny(reached, built).WaitAsync(Patience) == built)
            {
                await built;
                Incus.Faults.Clear();
                return false;
            }
        }

        Incus.Faults.Clear();
        using var second = Client();
        await new ImageBuilder(second, TimeProvider.System).RemoveLeftoversAsync(_root);
        Assert.Empty(Incus.Instances);
        Assert.DoesNotContain(Incus.Networks.Values, network => network.Config.ContainsKey(OwnerKeys.Home));
        Assert.Empty(Incus.NetworkAcls);
        var image = await second.Images.FindAliasAsync(Alias);
        Assert.NotNull(image);
        Assert.NotNull(await second.Images.FindAsync(image.Target));
        // What was published is the image, or gone.
        Assert.All((await FingerprintsAsync(second)).Except(before), made => Assert.Equal(image.Target, made));
        // Nothing stands in the way of the next build.
        var next = await BuildAsync(second);
        Assert.Equal((await second.Images.FindAliasAsync(Alias))?.Target, next.Fingerprint);
        Assert.All((await FingerprintsAsync(second)).Except(before).Where(made => made != next.Fingerprint), made => Assert.Contains(next.OlderVersions, older => older.Fingerprint == made));
        return true;
    }

    private static async Task<List<string>> FingerprintsAsync(IncusClient client) => [.. (await client.Images.ListAsync()).Select(image => image.Fingerprint)];

    private IncusClient Client() => new(new IncusClientOptions { SocketPath = Incus.SocketPath });

    private Task<BuiltImage> BuildAsync(IncusClient client, IBuildObserver? observer = null, CancellationToken cancellationToken = default)
    {
        // Versions are named by their second.
        _time.Advance(TimeSpan.FromSeconds(1));
        return new ImageBuilder(client, _time, BuildBench.Recipe("true")).BuildAsync(
        BuildBench.Request(Alias, force: true, from: "base"),
        new BuildOptions
        {
            Home = _root,
            LogDirectory = Path.Combine(_root, "logs"),
            CacheDirectory = Path.Combine(_root, "cache"),
            NamePrefix = "bc",
            Base = "base",
            HostCaDirectories = [],
            HostResolvers = [],
            FallbackResolvers = [],
        },
        observer ?? new CancelsAt("", null),
        cancellationToken);
    }

    private sealed class CancelsAt(string step, CancellationTokenSource? cancellation) : IBuildObserver
    {
        public void OnProgress(Progress progress)
        {
            if (progress.Step == step) cancellation?.Cancel();
        }

        public void OnLine(string line)
        {
        }
    }
}
