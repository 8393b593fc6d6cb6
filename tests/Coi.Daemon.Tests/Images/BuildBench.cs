using System.Text;
using Coi.Contracts;
using Coi.Daemon.Images;
using Coi.Incus;
using Xunit;

namespace Coi.Daemon.Tests.Images;

/// <summary>A real Incus to build small images in, with names and addresses of its own.</summary>
internal sealed class BuildBench : IAsyncLifetime, IBuildObserver
{
    /// <summary>Builds one after the other: the machine is small.</summary>
    public const string Collection = "Image builds on a real Incus";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("im-");
    private readonly List<string> _aliases = [];

    public BuildBench() => Options = new BuildOptions
    {
        Home = _directory.FullName,
        LogDirectory = Path.Combine(_directory.FullName, "logs"),
        CacheDirectory = Path.Combine(_directory.FullName, "cache"),
        NamePrefix = "im",
        SubnetPool = "10.214.2.128/25",
        Base = BaseAlias,
        // Tests send packets to this machine only: a port where nobody listens, and the bridge's own resolver.
        ImageServer = "https://127.0.0.1:9",
        ProbeName = "_gateway.incus 53",
        HostCaDirectories = [],
        HostResolvers = [],
        FallbackResolvers = [],
    };

    /// <summary>A base image that scripts/test set-up makes.</summary>
    public static string BaseAlias => Environment.GetEnvironmentVariable("COI_TEST_BASE") ?? "coi-base";

    public IncusClient Incus { get; } = new();

    public BuildOptions Options { get; init; }

    public string Home => _directory.FullName;

    public List<Progress> Steps { get; } = [];

    public List<string> Lines { get; } = [];

    /// <summary>Completes when a line with this text was written.</summary>
    public TaskCompletionSource SawMarker { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task InitializeAsync()
    {
        if (await Incus.Images.FindAliasAsync(BaseAlias) is null)
            throw new InvalidOperationException($"These tests need a real Incus with the image {BaseAlias}: ./test.sh sets both up, `coi build` makes the image too");
    }

    public async Task DisposeAsync()
    {
        foreach (var alias in await Incus.Images.ListAliasesAsync())
        {
            if (_aliases.Any(a => alias.Name == a || alias.Name.StartsWith(a + "-20", StringComparison.Ordinal)) && await Incus.Images.FindAsync(alias.Target) is not null)
                await Incus.Images.DeleteAsync(alias.Target);
        }

        Incus.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>An alias that is this test's own.</summary>
    public string NewAlias()
    {
        var alias = $"im-test-{Guid.NewGuid():N}"[..20];
        _aliases.Add(alias);
        return alias;
    }

    public static BuildRequest Request(string alias, bool force = false, string? from = null) => new()
    {
        Alias = alias,
        Force = force,
        Base = from,
        Client = new ClientContext(),
    };

    public static BuildRecipe Recipe(string script) => new([new RecipeFile("base.sh", Encoding.UTF8.GetBytes(script))], ["base.sh"]);

    public Task<BuiltImage> BuildAsync(string alias, string script, BuildOptions? options = null, bool force = false, string? from = null, CancellationToken cancellationToken = default) =>
        new ImageBuilder(Incus, TimeProvider.System, Recipe(script)).BuildAsync(Request(alias, force, from), options ?? Options, this, cancellationToken);

    /// <summary>Builds as <c>coi build custom</c> does.</summary>
    public Task<BuiltImage> BuildCustomAsync(string alias, string script, BuildOptions? options = null, bool force = false, string? from = null) =>
        new ImageBuilder(Incus, TimeProvider.System).BuildAsync(
            Request(alias, force, from) with { Script = new BuildScript("setup", Encoding.UTF8.GetBytes(script)) }, options ?? Options, this);

    public async Task<Problem> FailAsync(string alias, string script, BuildOptions? options = null, string? from = null, CancellationToken cancellationToken = default) =>
        (await Assert.ThrowsAsync<ProblemException>(() => BuildAsync(alias, script, options, false, from, cancellationToken))).Problem;

    /// <summary>Fails when a container, bridge or ACL of this test's builds is there.</summary>
    public async Task AssertNothingLeftAsync()
    {
        Assert.DoesNotContain(await Incus.Instances.ListAsync(), i => i.Config.GetValueOrDefault("user.coi.home") == Home);
        Assert.DoesNotContain(await Incus.Networks.ListAsync(), n => n.Config.GetValueOrDefault("user.coi.home") == Home);
        Assert.DoesNotContain(await Incus.NetworkAcls.ListAsync(), a => a.Config.GetValueOrDefault("user.coi.home") == Home);
    }

    public void OnProgress(Progress progress)
    {
        lock (Steps) Steps.Add(progress);
    }

    public void OnLine(string line)
    {
        lock (Lines) Lines.Add(line);
        if (line.Contains("marker", StringComparison.Ordinal)) SawMarker.TrySetResult();
    }
}
