using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Containers;

public sealed class MountSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task Flags_and_configuration_mount_what_they_name_writable_or_not()
    {
        var (data, home) = (Made("da:ta 'x'"), Made("home/notes"));
        Coi.Configure("[[mounts]]\nhost = \"~/notes\"\ncontainer = \"/notes\"\nreadonly = true\n[[mounts]]\nhost = \"/nowhere\"\ncontainer = \"/data\"\n");
        var storage = Path.Combine(Coi.Root, "storage", "made");

        var name = await Coi.StartAsync("--mount", $"{data}:/data", "--mount", $"{data}:/with space/ro:ro", "--storage", "../storage/made");

        (await IncusView.ShellAsync(name, "cat /data/here '/with space/ro/here' /notes/here && echo inside > /data/made && echo kept > /storage/made")).Succeeded();
        Assert.NotEqual(0, (await IncusView.ExecAsync(name, "touch", "/with space/ro/x")).ExitCode);
        Assert.NotEqual(0, (await IncusView.ExecAsync(name, "touch", "/notes/x")).ExitCode);
        Assert.Equal("inside\n", await File.ReadAllTextAsync(Path.Combine(data, "made")));
        Assert.Equal("kept\n", await File.ReadAllTextAsync(Path.Combine(storage, "made")));
        Assert.True(Path.Exists(Path.Combine(home, "here")));
    }

    [Fact]
    public async Task A_kept_container_has_the_mounts_and_limits_of_its_last_start_and_no_others()
    {
        var (one, two) = (Made("one"), Made("two"));
        var name = await Coi.StartAsync("--persistent", "--mount", $"{one}:/one");
        await Coi.OutputAsync("tmux", "send", name, "!poweroff");
        await Eventually.IsTrueAsync("waiting for the stop", TimeSpan.FromSeconds(30), async () => (await Coi.ListAsync()).Find(name)?["phase"]?.ToString() == "kept", () => name);
        Coi.Configure("[limits]\nprocesses = 321\n");

        Assert.Equal(name, await Coi.StartAsync("--persistent", "--mount", $"{two}:/two:ro"));

        (await IncusView.ExecAsync(name, "test", "-e", "/two/here")).Succeeded();
        Assert.NotEqual(0, (await IncusView.ExecAsync(name, "touch", "/two/x")).ExitCode);
        Assert.NotEqual(0, (await IncusView.ExecAsync(name, "test", "-e", "/one/here")).ExitCode);
        Assert.Equal("321", (string?)(await Coi.Incus.InstanceAsync(name))?["config"]?["limits.processes"]);
    }

    [Theory]
    [InlineData("nodir", 2)]
    [InlineData("HERE:relative", 2)]
    [InlineData("HERE:/nowhere/..", 1)]
    [InlineData("HERE:/", 1)]
    [InlineData("HERE-not:/data", 1)]
    [InlineData("HERE:/workspace", 1)]
    [InlineData("HERE:/workspace/sub", 1)]
    [InlineData("HERE:/home/code/.claude", 1)]
    [InlineData("HERE:/home", 1)]
    [InlineData("HERE:/proc", 1)]
    [InlineData("HERE:/a HERE:/a", 2)]
    [InlineData("HERE:/a HERE:/a/b", 1)]
    public async Task What_cannot_be_mounted_is_refused_before_anything_is_made(string mounts, int exitCode)
    {
        var here = Made("here");
        var arguments = mounts.Split(' ').SelectMany(mount => new[] { "--mount", mount.Replace("HERE", here, StringComparison.Ordinal) });

        var refused = await Coi.RunAsync(["shell", "--background", .. arguments]);

        Assert.Equal(exitCode, refused.ExitCode);
        Assert.Contains("error: ", refused.Error, StringComparison.Ordinal);
        Assert.Empty(await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix));
        Assert.Empty(Directory.GetFileSystemEntries(Coi.Workspace));
    }

    private string Made(string name)
    {
        var directory = Directory.CreateDirectory(Path.Combine(Coi.Root, name)).FullName;
        File.WriteAllText(Path.Combine(directory, "here"), "here\n");
        return directory;
    }
}
