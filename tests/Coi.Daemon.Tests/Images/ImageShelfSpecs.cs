using Xunit;

namespace Coi.Daemon.Tests.Images;

public sealed class ImageShelfSpecs : IAsyncLifetime
{
    private readonly ImageShop _shop = new();

    public Task InitializeAsync() => _shop.InitializeAsync();

    public Task DisposeAsync() => _shop.DisposeAsync();

    [Theory]
    [InlineData("web")]
    [InlineData("web-")]
    public async Task Cleanup_deletes_all_but_the_newest_versions_of_that_alias_and_nothing_else(string prefix)
    {
        await _shop.AddAsync("web-20260101-000000");
        await _shop.AddAsync("web-20260102-000000");
        await _shop.AddAsync("web-20260103-000000", names: "web");
        await _shop.AddAsync("web-rust", names: "web-rust-20260101-000000");
        await _shop.AddAsync("web-old");
        await _shop.AddAsync("web-20250101-000000", home: "/home/y/.coi");
        _shop.Incus.AddImage("web-20250102-000000");

        var cleaned = await _shop.CleanAsync(prefix, 2);

        Assert.Equal("web", cleaned.Alias);
        Assert.Equal(["web-20260101-000000"], cleaned.Deleted.Select(version => version.Alias));
        Assert.Equal(["web-20260102-000000", "web-20260103-000000"], cleaned.Kept.Select(version => version.Alias));
        Assert.Empty(cleaned.Failed);
        Assert.Equal(
            ["web", "web-20250101-000000", "web-20250102-000000", "web-20260102-000000", "web-20260103-000000", "web-old", "web-rust", "web-rust-20260101-000000"],
            _shop.Incus.ImageAliases.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Cleanup_keeps_an_old_version_that_another_name_points_to_and_says_so()
    {
        await _shop.AddAsync("web-20260101-000000", names: "stable");
        await _shop.AddAsync("web-20260102-000000");
        await _shop.AddAsync("web-20260103-000000");

        var cleaned = await _shop.CleanAsync("web", 1);

        Assert.Equal("web-20260102-000000", Assert.Single(cleaned.Deleted).Alias);
        Assert.Equal(("web-20260101-000000", "it is also named stable"), (cleaned.Kept[0].Alias, cleaned.Kept[0].Why));
        Assert.Contains("stable", _shop.Incus.ImageAliases.Keys);
    }

    [Fact]
    public async Task A_dry_run_of_cleanup_deletes_nothing_and_what_was_not_shown_is_not_deleted()
    {
        var old = await _shop.AddAsync("web-20260101-000000");
        await _shop.AddAsync("web-20260102-000000");
        await _shop.AddAsync("web-20260103-000000");

        Assert.Equal(2, (await _shop.CleanAsync("web", 1, dryRun: true)).Deleted.Count);
        Assert.Equal(3, _shop.Incus.ImageAliases.Count);

        var cleaned = await _shop.CleanAsync("web", 1, only: old);
        Assert.Equal("web-20260101-000000", Assert.Single(cleaned.Deleted).Alias);
        Assert.Equal(2, cleaned.Kept.Count);
    }

    [Fact]
    public async Task Cleanup_without_versions_does_nothing()
    {
        var cleaned = await _shop.CleanAsync("nothing", 1);

        Assert.Empty(cleaned.Deleted.Concat(cleaned.Kept).Concat(cleaned.Failed));
    }

    [Fact]
    public async Task A_version_that_cannot_be_deleted_does_not_keep_the_others()
    {
        await _shop.AddAsync("web-20260101-000000");
        var stubborn = await _shop.AddAsync("web-20260102-000000");
        await _shop.AddAsync("web-20260103-000000");
        _shop.Incus.Faults.FailOperation("DELETE", stubborn, "it is stuck");

        var cleaned = await _shop.CleanAsync("web", 1);

        Assert.Equal("web-20260101-000000", Assert.Single(cleaned.Deleted).Alias);
        Assert.Contains("it is stuck", Assert.Single(cleaned.Failed).Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_an_image_takes_its_own_version_name_along_and_tells_of_older_ones()
    {
        await _shop.AddAsync("web-20260101-000000");
        await _shop.AddAsync("web", names: "web-20260102-000000");

        var deleted = Assert.Single((await _shop.DeleteAsync(false, "web")).Images);

        Assert.Null(deleted.Problem);
        Assert.Equal(1, deleted.OlderVersions);
        Assert.Equal(["web-20260101-000000"], _shop.Incus.ImageAliases.Keys);
    }

    [Fact]
    public async Task An_image_with_another_name_is_deleted_only_when_that_is_named_too_or_by_force()
    {
        await _shop.AddAsync("web", names: "web-20260102-000000");

        var refused = Assert.Single((await _shop.DeleteAsync(false, "web-20260102-000000")).Images);
        Assert.Equal(("image.in_use", "image 'web-20260102-000000' is also named web"), (refused.Problem!.Code, refused.Problem.Message));
        Assert.Equal(2, _shop.Incus.ImageAliases.Count);

        Assert.All((await _shop.DeleteAsync(false, "web-20260102-000000", "web")).Images, image => Assert.Null(image.Problem));
        Assert.Empty(_shop.Incus.ImageAliases);
        await _shop.AddAsync("one", names: "two");
        Assert.Null(Assert.Single((await _shop.DeleteAsync(true, "one")).Images).Problem);
    }

    [Fact]
    public async Task Each_of_several_images_has_its_own_outcome()
    {
        var nameless = await _shop.AddAsync("gone");
        await _shop.Client.Images.DeleteAliasAsync("gone");
        await _shop.AddAsync("one");

        var images = (await _shop.DeleteAsync(false, "one", "none", nameless[..12])).Images;

        Assert.Equal([null, "image 'none' not found", null], images.Select(image => image.Problem?.Message));
        Assert.Empty(await _shop.Client.Images.ListAsync());
    }
}
