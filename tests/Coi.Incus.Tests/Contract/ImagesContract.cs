namespace Coi.Incus.Tests.Contract;

/// <summary>What holds for images and aliases, with the fake as with the real Incus.</summary>
public abstract class ImagesContract(IncusWorld world)
{
    private const int Limit = 120_000;

    private ImagesApi Images => world.Client.Images;

    [Fact(Timeout = Limit)]
    public async Task An_image_in_two_files_is_imported_listed_exported_and_deleted()
    {
        var alias = world.NewName();
        using var metadata = world.Metadata();
        using var rootfs = Rootfs();

        var fingerprint = await Images.ImportAsync(metadata, rootfs, new ImageImportOptions
        {
            Properties = new Dictionary<string, string> { ["coi.what"] = "a & b=c" },
            Aliases = [alias],
        });

        var image = Assert.Single(await Images.ListAsync(), image => image.Fingerprint == fingerprint);
        Assert.Equal("a & b=c", image.Properties["coi.what"]);
        Assert.Equal([alias], image.Aliases.Select(name => name.Name));
        Assert.Equal(fingerprint, (await Images.FindByAliasAsync(alias))!.Fingerprint);
        Assert.Equal(fingerprint, (await Images.FindAsync(fingerprint[..12]))!.Fingerprint);

        var directory = Directory.CreateTempSubdirectory("coi-export-");
        try
        {
            var files = await Images.ExportAsync(fingerprint, directory.FullName);
            Assert.Equal(2, files.Count);
            Assert.Equal(metadata.ToArray(), await File.ReadAllBytesAsync(files[0]));
            Assert.Equal(rootfs.ToArray(), await File.ReadAllBytesAsync(files[1]));
        }
        finally
        {
            directory.Delete(recursive: true);
        }

        await Images.DeleteAsync(fingerprint);
        Assert.Null(await Images.FindAsync(fingerprint));
        Assert.Null(await Images.FindAliasAsync(alias));
    }

    [Fact(Timeout = Limit)]
    public async Task A_published_instance_comes_back_from_its_exported_file()
    {
        var (original, again) = (world.NewName(), world.NewName());
        var alias = await ImportAsync();
        await world.Client.Instances.CreateAsync(world.Describe(original) with { Source = InstanceSource.FromAlias(alias) });
        await world.Client.Files.PushTextAsync(original, "/etc/mark", "was here");
        var reports = new List<OperationProgress>();
        var published = world.NewName();

        var fingerprint = await Images.PublishAsync(
            new PublishRequest
            {
                Instance = original,
                Aliases = [published],
                CompressionAlgorithm = "none",
                Properties = new Dictionary<string, string> { ["description"] = published },
            },
            new Immediate(reports.Add));
        var directory = Directory.CreateTempSubdirectory("coi-export-");
        try
        {
            var file = Assert.Single(await Images.ExportAsync(fingerprint, directory.FullName));
            await Images.DeleteAsync(fingerprint);
            await using var content = File.OpenRead(file);
            Assert.NotEmpty(await Images.ImportAsync(content, options: new ImageImportOptions { Aliases = [published] }));
        }
        finally
        {
            directory.Delete(recursive: true);
        }

        await world.Client.Instances.CreateAsync(world.Describe(again) with { Source = InstanceSource.FromAlias(published) });
        Assert.NotNull(await world.Client.Instances.FindAsync(again));
        Assert.All(reports, report => Assert.NotEmpty(report.Description));
    }

    [Fact(Timeout = Limit)]
    public async Task An_instance_of_a_published_image_holds_what_was_in_it()
    {
        var (original, copy, published) = (world.NewName(), world.NewName(), world.NewName());
        await world.Client.Instances.CreateAsync(world.Describe(original) with { Source = InstanceSource.FromAlias(await ImportAsync()) });
        await world.Client.Files.PushTextAsync(original, "/etc/mark", "was here");

        var fingerprint = await Images.PublishAsync(new PublishRequest { Instance = original, Aliases = [published], CompressionAlgorithm = "none" });
        await world.Client.Instances.CreateAsync(world.Describe(copy) with { Source = InstanceSource.FromFingerprint(fingerprint) });

        Assert.Equal("was here", await world.Client.Files.PullTextAsync(copy, "/etc/mark"));
    }

    [Fact(Timeout = Limit)]
    public async Task Only_what_is_stopped_and_there_is_published()
    {
        var running = await world.RunningAsync();

        var error = await Assert.ThrowsAsync<IncusException>(() => Images.PublishAsync(new PublishRequest { Instance = running }));
        Assert.Equal("Cannot export a running instance as an image", error.ErrorText);
        Assert.True((await Assert.ThrowsAsync<IncusException>(() => Images.PublishAsync(new PublishRequest { Instance = "no-such-instance" }))).IsNotFound);
    }

    [Fact(Timeout = Limit)]
    public async Task A_running_instance_is_published_as_it_was_at_its_snapshot()
    {
        var (running, copy, published) = (await world.RunningAsync(), world.NewName(), world.NewName());
        await world.Client.Files.PushTextAsync(running, "/root/mark", "before");
        await world.Client.Instances.CreateSnapshotAsync(running, "taken", DateTimeOffset.UtcNow.AddHours(1));
        await world.Client.Files.PushTextAsync(running, "/root/mark", "after");

        var fingerprint = await Images.PublishAsync(new PublishRequest { Instance = running, Snapshot = "taken", Aliases = [published], CompressionAlgorithm = "none" });
        await world.Client.Instances.CreateAsync(world.Describe(copy) with { Source = InstanceSource.FromFingerprint(fingerprint) });

        Assert.Equal("before", await world.Client.Files.PullTextAsync(copy, "/root/mark"));
        Assert.True((await world.Client.Instances.FindAsync(running))!.IsRunning);
        await world.Client.Instances.DeleteSnapshotAsync(running, "taken");
        Assert.True((await Assert.ThrowsAsync<IncusException>(() => Images.PublishAsync(new PublishRequest { Instance = running, Snapshot = "taken" }))).IsNotFound);
    }

    [Fact(Timeout = Limit)]
    public async Task An_alias_is_made_moved_and_deleted()
    {
        var (first, second) = (await FingerprintAsync(await ImportAsync()), await FingerprintAsync(await ImportAsync()));
        var alias = world.NewName();

        await Images.MoveAliasAsync(alias, first);
        Assert.Equal(first, (await Images.FindAliasAsync(alias))!.Target);
        await Images.MoveAliasAsync(alias, second, "moved");
        var moved = Assert.Single(await Images.ListAliasesAsync(), found => found.Name == alias);
        Assert.Equal((second, "moved"), (moved.Target, moved.Description));

        Assert.True((await Assert.ThrowsAsync<IncusException>(() => Images.CreateAliasAsync(alias, first))).IsConflict);
        await Images.DeleteAliasAsync(alias);
        Assert.Null(await Images.FindAliasAsync(alias));
        Assert.NotNull(await Images.FindAsync(second));
        await Images.CreateAliasAsync(alias, first, "again");
        Assert.Equal(first, (await Images.FindByAliasAsync(alias))!.Fingerprint);
    }

    [Fact(Timeout = Limit)]
    public async Task Properties_are_set_and_the_others_stay()
    {
        var alias = world.NewName();
        using var metadata = world.Metadata();
        using var rootfs = Rootfs();
        var properties = new Dictionary<string, string> { ["coi.kind"] = "unfinished", ["coi.other"] = "stays" };
        var fingerprint = await Images.ImportAsync(metadata, rootfs, new ImageImportOptions { Properties = properties, Aliases = [alias] });

        await Images.PatchAsync(fingerprint, new Dictionary<string, string> { ["coi.kind"] = "done" });

        var image = await Images.FindAsync(fingerprint);
        Assert.Equal(("done", "stays"), (image?.Properties["coi.kind"], image?.Properties["coi.other"]));
        Assert.Equal([alias], image!.Aliases.Select(name => name.Name));
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_absent_is_null_or_not_found()
    {
        Assert.Null(await Images.FindAsync("ffffffffffff"));
        Assert.Null(await Images.FindAliasAsync("no-such"));
        Assert.Null(await Images.FindByAliasAsync("no/such alias"));
        foreach (var call in new Func<Task>[]
        {
            () => Images.DeleteAsync("ffffffffffff"),
            () => Images.PatchAsync("ffffffffffff", new Dictionary<string, string>()),
            () => Images.DeleteAliasAsync("no-such"),
            () => Images.CreateAliasAsync(world.NewName(), "ffffffffffff"),
            () => Images.MoveAliasAsync(world.NewName(), "ffffffffffff"),
            () => Images.ExportAsync("ffffffffffff", Path.GetTempPath()),
        })
        {
            Assert.True((await Assert.ThrowsAsync<IncusException>(call)).IsNotFound);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task The_same_files_twice_are_a_conflict()
    {
        using var metadata = world.Metadata();
        using var rootfs = Rootfs();
        await Images.ImportAsync(metadata, rootfs, new ImageImportOptions { Aliases = [world.NewName()] });
        metadata.Position = rootfs.Position = 0;

        Assert.True((await Assert.ThrowsAsync<IncusException>(() => Images.ImportAsync(metadata, rootfs))).IsConflict);
    }

    [Fact(Timeout = Limit)]
    public async Task A_server_that_does_not_answer_is_named()
    {
        var error = await Assert.ThrowsAsync<IncusException>(() => Images.CopyFromRemoteAsync("https://127.0.0.1:1", "simplestreams", "ubuntu/22.04"));

        Assert.Contains("127.0.0.1:1", error.ErrorText);
        Assert.StartsWith("Could not fetch image ubuntu/22.04 from https://127.0.0.1:1: ", error.Message);
    }

    private static MemoryStream Rootfs() => IncusWorld.Tar(("etc", "/"), ("etc/hello", $"{Guid.NewGuid()}"), ("root", "/"), ("big", new string('x', 300_000)));

    private async Task<string> ImportAsync()
    {
        var alias = world.NewName();
        using var metadata = world.Metadata();
        using var rootfs = Rootfs();
        await Images.ImportAsync(metadata, rootfs, new ImageImportOptions { Aliases = [alias] });
        return alias;
    }

    private async Task<string> FingerprintAsync(string alias) => (await Images.FindAliasAsync(alias))!.Target;

    private sealed class Immediate(Action<OperationProgress> report) : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value) => report(value);
    }
}

public sealed class FakeImagesSpecs(FakeWorld world) : ImagesContract(world), IClassFixture<FakeWorld>;

[Collection(RealIncusGroup.Name)]
public sealed class RealImagesSpecs(RealIncus world) : ImagesContract(world), IClassFixture<RealIncus>;
