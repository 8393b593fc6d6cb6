namespace Coi.Incus.Tests.Contract;

/// <summary>What holds for files over one connection, with the fake as with the real Incus.</summary>
public abstract class SftpContract(IncusWorld world)
{
    private const int Limit = 120_000;

    [Theory(Timeout = Limit)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Files_directories_and_links_come_back_as_they_were_made(bool running)
    {
        var name = running ? await world.RunningAsync() : await world.CreateAsync();
        await using var session = await world.Client.Files.OpenSftpAsync(name);
        var root = new SftpPath("/root/sftp with\na line");
        await session.MakeDirectoryAsync(root);

        var odd = root.Join([0xFF, (byte)'x']);
        var content = new byte[200_000];
        Random.Shared.NextBytes(content);
        var written = await session.CreateAsync(odd);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(part => written.WriteAsync(part * 20_000, content.AsSpan(part * 20_000, 20_000))));
        await written.SetAsync(new SftpAttributes { Size = 300_000 });
        await written.SetAsync(new SftpAttributes { Uid = 1000, Gid = 1001, Mode = UnixFileMode.UserRead | UnixFileMode.GroupRead, Modified = DateTimeOffset.UnixEpoch.AddDays(1) });
        await written.CloseAsync();
        await session.MakeLinkAsync(root.Join("link"), new SftpPath("../elsewhere"));

        var entry = (await session.ListAsync(root)).Single(found => found.Name.AsSpan().SequenceEqual((ReadOnlySpan<byte>)[0xFF, (byte)'x'])).Attributes;
        Assert.Equal((SftpKind.File, 300_000L, 1000, 1001), (entry.Kind, entry.Size, entry.Uid, entry.Gid));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead, entry.Mode);
        Assert.Equal("../elsewhere", (await session.ReadLinkAsync(root.Join("link"))).ToString());
        Assert.Equal(SftpKind.Link, (await session.FindAsync(root.Join("link"), follow: false))?.Kind);
        Assert.Null(await session.FindAsync(root.Join("link"), follow: true));

        var read = await session.OpenAsync(odd);
        var first = await read.ReadAsync(0, 32 * 1024);
        Assert.Equal(content[..first.Length], first.ToArray());
        Assert.Equal(0, (await read.ReadAsync(300_000, 10)).Length);
        await read.CloseAsync();
    }

    [Fact(Timeout = Limit)]
    public async Task A_rename_replaces_and_making_does_not()
    {
        var name = await world.RunningAsync();
        await using var session = await world.Client.Files.OpenSftpAsync(name);
        var (one, two) = (new SftpPath("/root/one"), new SftpPath("/root/two"));
        foreach (var path in new[] { one, two })
        {
            var file = await session.CreateAsync(path);
            await file.WriteAsync(0, path.Bytes);
            await file.CloseAsync();
        }

        await Assert.ThrowsAsync<IncusException>(() => session.CreateAsync(two));
        await session.RenameAsync(one, two);
        Assert.Null(await session.FindAsync(one, follow: false));
        Assert.Equal("/root/one", await world.Client.Files.PullTextAsync(name, "/root/two"));
        await session.RemoveAsync(two);
        Assert.True((await Assert.ThrowsAsync<IncusException>(() => session.OpenAsync(two))).IsNotFound);
    }

    [Fact(Timeout = Limit)]
    public async Task An_instance_that_is_not_there_is_not_found() =>
        Assert.True((await Assert.ThrowsAsync<IncusException>(() => world.Client.Files.OpenSftpAsync($"{world.NewName()}-none"))).IsNotFound);
}

public sealed class FakeSftpSpecs(FakeWorld world) : SftpContract(world), IClassFixture<FakeWorld>;

[Collection(RealIncusGroup.Name)]
public sealed class RealSftpSpecs(RealIncus world) : SftpContract(world), IClassFixture<RealIncus>;
