using Coi.Contracts;
using Coi.Daemon.Images;
using Coi.Domain;
using Coi.Incus;
using Xunit;

namespace Coi.Daemon.Tests.Images;

public sealed class ImagePublicationSpecs : IAsyncLifetime
{
    private readonly ImageShop _shop = new();

    public async Task InitializeAsync()
    {
        await _shop.InitializeAsync();
        _shop.Incus.AddImage("base", new Dictionary<string, string> { ["os"] = "Debian", ["release"] = "trixie" });
    }

    public Task DisposeAsync() => _shop.DisposeAsync();

    [Fact]
    public async Task A_stopped_container_is_published_and_stays_stopped()
    {
        await _shop.ContainerAsync("box");

        var published = await _shop.PublishAsync("box", "mine");

        Assert.Equal(("mine", "stopped", null), (published.Alias, published.Container, published.Replaced));
        Assert.Equal(published.Fingerprint, _shop.Incus.ImageAliases["mine"]);
        Assert.False(_shop.Incus.Instances["box"].IsRunning);
        var properties = (await _shop.Client.Images.FindAsync(published.Fingerprint))!.Properties;
        Assert.Equal(("Debian", "image", ImageShop.Home), (properties["os"], properties["user.coi.kind"], properties["user.coi.home"]));
        Assert.Contains(_shop.Steps, step => step is { Step: "publish", Percent: 50 });
    }

    [Fact]
    public async Task A_running_container_goes_on_and_no_snapshot_of_it_is_left()
    {
        await _shop.ContainerAsync("box", runs: true);

        Assert.Equal("running", (await _shop.PublishAsync("box", "mine")).Container);

        Assert.True(_shop.Incus.Instances["box"].IsRunning);
        Assert.Equal(1, _shop.Incus.Instances["box"].Starts);
        Assert.Empty(_shop.Incus.Instances["box"].SnapshotNames);
    }

    [Fact]
    public async Task The_container_is_deleted_only_when_that_is_asked_for_and_when_it_runs_only_by_force()
    {
        await _shop.ContainerAsync("box", runs: true);

        var refused = await Assert.ThrowsAsync<FailureException>(() => _shop.PublishAsync("box", "mine", delete: true));
        Assert.Equal("container.running", refused.Failure.Code);
        Assert.DoesNotContain("mine", _shop.Incus.ImageAliases.Keys);

        Assert.Equal("deleted", (await _shop.PublishAsync("box", "mine", delete: true, force: true)).Container);
        Assert.Empty(_shop.Incus.Instances);
        Assert.Contains("mine", _shop.Incus.ImageAliases.Keys);
    }

    [Fact]
    public async Task An_alias_that_exists_is_replaced_by_force_and_the_old_image_goes_unless_it_has_another_name()
    {
        await _shop.ContainerAsync("box");
        var first = (await _shop.PublishAsync("box", "mine")).Fingerprint;

        Assert.Equal("image.exists", (await Assert.ThrowsAsync<FailureException>(() => _shop.PublishAsync("box", "mine"))).Failure.Code);
        Assert.Equal(first, _shop.Incus.ImageAliases["mine"]);

        var second = await _shop.PublishAsync("box", "mine", force: true);
        Assert.Equal(first, second.Replaced);
        Assert.Null(await _shop.Client.Images.FindAsync(first));

        await _shop.Client.Images.CreateAliasAsync("kept", second.Fingerprint);
        await _shop.PublishAsync("box", "mine", force: true);
        Assert.Equal(second.Fingerprint, _shop.Incus.ImageAliases["kept"]);
    }

    [Fact]
    public async Task What_is_cancelled_meanwhile_leaves_neither_image_nor_snapshot()
    {
        await _shop.ContainerAsync("box", runs: true);
        using var cancellation = new CancellationTokenSource();
        var publishing = _shop.PublishAsync("box", "mine", cancellationToken: cancellation.Token);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing);
        Assert.Equal("base", Assert.Single(_shop.Incus.ImageAliases.Keys));
        Assert.Single(await _shop.Client.Images.ListAsync());
        Assert.Empty(_shop.Incus.Instances["box"].SnapshotNames);
    }

    [Fact]
    public async Task A_snapshot_does_not_outlast_a_publication_that_fails()
    {
        await _shop.ContainerAsync("box", runs: true);
        _shop.Incus.Faults.FailOperation("POST", "/1.0/images", "no space left on device");

        await Assert.ThrowsAsync<IncusException>(() => _shop.PublishAsync("box", "mine"));

        Assert.Empty(_shop.Incus.Instances["box"].SnapshotNames);
    }

    [Theory]
    [InlineData("none", "mine", "container 'none' not found")]
    [InlineData("box", "-x", "'-x' cannot be an image's name")]
    [InlineData("box", "a b", "'a b' cannot be an image's name")]
    public async Task What_cannot_be_is_refused_before_anything_happens(string container, string alias, string message)
    {
        await _shop.ContainerAsync("box");

        var refused = await Record.ExceptionAsync(() => _shop.PublishAsync(container, alias));

        Assert.Equal(message, refused switch { FailureException known => known.Failure.Message, ProblemException known => known.Problem.Message, _ => refused?.Message });
    }

    [Theory]
    [InlineData("web-20260101-000000", "web", true)]
    [InlineData("web-rust-20260101-000000", "web-rust", true)]
    [InlineData("web-rust-20260101-000000", "web", false)]
    [InlineData("web-20260101", "web", false)]
    [InlineData("web", "web", false)]
    public void A_version_is_its_alias_and_a_time(string name, string alias, bool isVersion) => Assert.Equal(isVersion, ImageVersions.IsOf(name, alias));
}
