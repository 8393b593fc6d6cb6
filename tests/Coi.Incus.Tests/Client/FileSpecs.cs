using Coi.Incus.Tests.Contract;

namespace Coi.Incus.Tests.Client;

public sealed class FileSpecs : FakeServer
{
    [Fact(Timeout = Limit)]
    public async Task A_local_file_that_cannot_be_read_is_not_taken_for_a_failure_of_Incus()
    {
        await Client.Instances.CreateAsync(Describe("a"));

        await Assert.ThrowsAsync<InvalidDataException>(() => Client.Files.PushAsync("a", "/root/x", new FailingStream()));
    }

    [Fact(Timeout = Limit)]
    public async Task A_local_disk_that_is_full_is_not_taken_for_a_failure_of_Incus()
    {
        await Client.Instances.CreateAsync(Describe("a"));

        await Assert.ThrowsAsync<InvalidDataException>(() => Client.Files.PullAsync("a", "/etc/hostname", new FailingStream()));
    }

    [Fact(Timeout = Limit)]
    public async Task A_pushed_stream_stays_open()
    {
        await Client.Instances.CreateAsync(Describe("a"));
        using var content = new MemoryStream("text"u8.ToArray());

        await Client.Files.PushAsync("a", "/root/x", content);

        Assert.Equal(4, content.Position);
    }

    [Fact(Timeout = Limit)]
    public async Task Names_from_inside_never_lead_out_of_the_target()
    {
        await Client.Instances.CreateAsync(Describe("a"));
        Server.Instances["a"].Files.Write("/root/dir/file", "new");
        var target = Directory.CreateTempSubdirectory("coi-pull-");
        var outside = Path.Combine(target.FullName, "outside");
        try
        {
            await File.WriteAllTextAsync(outside, "old");
            Directory.CreateDirectory(Path.Combine(target.FullName, "in"));
            File.CreateSymbolicLink(Path.Combine(target.FullName, "in", "file"), outside);

            await Client.Files.PullDirectoryAsync("a", "/root/dir", Path.Combine(target.FullName, "in"));

            Assert.Equal("old", await File.ReadAllTextAsync(outside));
            Assert.Equal("new", await File.ReadAllTextAsync(Path.Combine(target.FullName, "in", "file")));
        }
        finally
        {
            target.Delete(recursive: true);
        }
    }
}
