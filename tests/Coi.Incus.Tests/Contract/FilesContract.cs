using System.Text;

namespace Coi.Incus.Tests.Contract;

/// <summary>What holds for files inside instances, running and stopped, with the fake as with the real Incus.</summary>
public abstract class FilesContract(IncusWorld world)
{
    private const int Limit = 120_000;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Executable = OwnerOnly | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    private FilesApi Files => world.Client.Files;

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_comes_back_with_its_owner_and_permissions(bool running)
    {
        var name = await InstanceAsync(running);

        await Files.PushTextAsync(name, "/root/greeting", "grüß dich\n", new IncusFileAttributes { Uid = 1000, Gid = 1001, Mode = OwnerOnly });

        Assert.Equal("grüß dich\n", await Files.PullTextAsync(name, "/root/greeting"));
        var entry = (await Files.StatAsync(name, "/root/greeting"))!;
        Assert.Equal((FileEntryType.File, 1000, 1001, OwnerOnly), (entry.Type, entry.Uid, entry.Gid, entry.Mode));
    }

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Directories_and_links_are_made_listed_and_deleted(bool running)
    {
        var name = await InstanceAsync(running);

        await Files.CreateDirectoryAsync(name, "/root/dir", new IncusFileAttributes { Uid = 5, Gid = 6, Mode = Executable });
        await Files.CreateDirectoryAsync(name, "/root/dir");
        await Files.PushTextAsync(name, "/root/dir/file", "x");
        await Files.CreateSymlinkAsync(name, "/root/dir/link", "file");

        Assert.Equal(["file", "link"], (await Files.ListAsync(name, "/root/dir")).Order());
        var directory = (await Files.StatAsync(name, "/root/dir"))!;
        Assert.Equal((FileEntryType.Directory, 5, 6, Executable), (directory.Type, directory.Uid, directory.Gid, directory.Mode));
        Assert.Equal(FileEntryType.Symlink, (await Files.StatAsync(name, "/root/dir/link"))!.Type);
        Assert.Equal("/root/dir/file", await Files.ReadLinkAsync(name, "/root/dir/link"));
        Assert.Equal("x", await Files.PullTextAsync(name, "/root/dir/link"));

        Assert.Contains("not empty", (await Assert.ThrowsAsync<IncusException>(() => Files.DeleteAsync(name, "/root/dir"))).ErrorText);
        await Files.DeleteAsync(name, "/root/dir", recursive: true);
        Assert.Null(await Files.StatAsync(name, "/root/dir"));
    }

    [Fact(Timeout = Limit)]
    public async Task A_new_content_keeps_owner_and_permissions()
    {
        var name = await InstanceAsync(running: true);
        await Files.PushTextAsync(name, "/root/kept", "a longer text", new IncusFileAttributes { Uid = 7, Gid = 8, Mode = OwnerOnly });

        await Files.PushTextAsync(name, "/root/kept", "short");

        Assert.Equal("short", await Files.PullTextAsync(name, "/root/kept"));
        var entry = (await Files.StatAsync(name, "/root/kept"))!;
        Assert.Equal((7, 8, OwnerOnly), (entry.Uid, entry.Gid, entry.Mode));
    }

    [Fact(Timeout = Limit)]
    public async Task What_is_absent_is_not_found()
    {
        var name = await InstanceAsync(running: true);

        Assert.Null(await Files.StatAsync(name, "/no/such/file"));
        Assert.True((await Assert.ThrowsAsync<IncusException>(() => Files.PullTextAsync(name, "/no/such/file"))).IsNotFound);
        Assert.True((await Assert.ThrowsAsync<IncusException>(() => Files.PushTextAsync(name, "/no/such/file", "x"))).IsNotFound);
        Assert.True((await Assert.ThrowsAsync<IncusException>(() => Files.ListAsync(name, "/no/such"))).IsNotFound);
        Assert.True((await Assert.ThrowsAsync<IncusException>(() => Files.DeleteAsync(name, "/no/such/file"))).IsNotFound);
        Assert.True((await Assert.ThrowsAsync<IncusException>(() => Files.PullTextAsync("no-such-instance", "/etc/hostname"))).IsNotFound);
    }

    [Fact(Timeout = Limit)]
    public async Task Files_and_directories_are_not_mixed_up()
    {
        var name = await InstanceAsync(running: true);
        await Files.PushTextAsync(name, "/root/plain", "x");

        Assert.Contains("is a directory", (await Assert.ThrowsAsync<IncusException>(() => Files.PullTextAsync(name, "/etc"))).ErrorText);
        Assert.Contains("is a directory", (await Assert.ThrowsAsync<IncusException>(() => Files.PushTextAsync(name, "/etc", "x"))).ErrorText);
        Assert.Contains("not a directory", (await Assert.ThrowsAsync<IncusException>(() => Files.ListAsync(name, "/root/plain"))).ErrorText);
    }

    [Fact(Timeout = Limit)]
    public async Task Links_in_a_circle_end_with_an_error()
    {
        var name = await InstanceAsync(running: true);
        await Files.CreateSymlinkAsync(name, "/root/a", "/root/b");
        await Files.CreateSymlinkAsync(name, "/root/b", "a");

        Assert.Contains("links", (await Assert.ThrowsAsync<IncusException>(() => Files.PullTextAsync(name, "/root/a"))).ErrorText);
    }

    [Fact(Timeout = Limit)]
    public async Task Twenty_megabytes_come_back_unchanged()
    {
        var name = await InstanceAsync(running: true);
        var data = new byte[20_000_000];
        new Random(3).NextBytes(data);

        await Files.PushAsync(name, "/root/big", new MemoryStream(data));
        using var back = new MemoryStream();
        await Files.PullAsync(name, "/root/big", back);

        Assert.True(back.ToArray().AsSpan().SequenceEqual(data));
    }

    [Fact(Timeout = Limit)]
    public async Task A_directory_goes_in_and_comes_back_whole()
    {
        var name = await InstanceAsync(running: false);
        var source = Directory.CreateTempSubdirectory("coi-push-");
        var target = Path.Combine(source.FullName + "-back", "deeper");
        try
        {
            Directory.CreateDirectory(Path.Combine(source.FullName, "sub", "empty"));
            await File.WriteAllTextAsync(Path.Combine(source.FullName, "sub", "a b ü"), "text");
            File.SetUnixFileMode(Path.Combine(source.FullName, "sub", "a b ü"), Executable);
            File.CreateSymbolicLink(Path.Combine(source.FullName, "link"), "sub/a b ü");

            await Files.PushDirectoryAsync(name, source.FullName, "/root/tree", new IncusFileAttributes { Uid = 1000, Gid = 1000 });
            await Files.PushDirectoryAsync(name, source.FullName, "/root/tree", new IncusFileAttributes { Uid = 1000, Gid = 1000 });
            await Files.PullDirectoryAsync(name, "/root/tree", target);
            await Files.PullDirectoryAsync(name, "/root/tree", target);

            Assert.Equal(1000, (await Files.StatAsync(name, "/root/tree/sub/a b ü"))!.Uid);
            Assert.Equal("text", await File.ReadAllTextAsync(Path.Combine(target, "sub", "a b ü"), Encoding.UTF8));
            Assert.Equal(Executable, File.GetUnixFileMode(Path.Combine(target, "sub", "a b ü")));
            Assert.True(Directory.Exists(Path.Combine(target, "sub", "empty")));
            Assert.Equal("sub/a b ü", new FileInfo(Path.Combine(target, "link")).LinkTarget);
        }
        finally
        {
            source.Delete(recursive: true);
            if (Directory.Exists(source.FullName + "-back")) Directory.Delete(source.FullName + "-back", recursive: true);
        }
    }

    private Task<string> InstanceAsync(bool running) => running ? world.RunningAsync() : world.CreateAsync();
}

public sealed class FakeFilesSpecs(FakeWorld world) : FilesContract(world), IClassFixture<FakeWorld>;

[Collection(RealIncusGroup.Name)]
public sealed class RealFilesSpecs(RealIncus world) : FilesContract(world), IClassFixture<RealIncus>;
