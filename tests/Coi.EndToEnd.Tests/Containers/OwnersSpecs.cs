using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Containers;

public sealed class OwnersSpecs(ITestOutputHelper output)
{
    [Fact]
    public async Task What_root_inside_leaves_in_the_workspace_and_in_mounts_has_no_rights_outside()
    {
        await using var user = await TestUser.CreateAsync(1234);
        await using var coi = await CoiHome.CreateAsync(output, user);
        var data = Directory.CreateDirectory(Path.Combine(coi.Root, "my data")).FullName;
        await Shell.OutputAsync("chown", "1234:1234", data);
        var file = Path.Combine(coi.Root, "one file");
        await File.WriteAllTextAsync(file, "outside\n");
        await Shell.OutputAsync("chown", "1234:1234", file);
        var name = await coi.StartAsync("--mount", $"{data}:/srv/more data", "--mount", $"{file}:/srv/one file");
        var state = Path.Combine(coi.State, "sessions-claude", await coi.SessionOfAsync(name), ".claude");

        foreach (var (inside, outside) in new[] { ("/workspace", coi.Workspace), ("/srv/more data", data), ("/home/code/.claude", state) })
        {
            (await IncusView.ExecAsync(name, "sh", "-c", $"cd '{inside}' && cp /bin/sh shell && chmod 6755 shell && setcap cap_setuid+ep shell; mkdir dir; mknod null c 1 3; chown code: dir; ls -ln")).Succeeded();
            (await IncusView.ShellAsync(name, $"cd '{inside}' && echo mine > mine && echo both > dir/both")).Succeeded();

            Assert.Equal("1234:1234", (await Shell.OutputAsync("stat", "-c", "%u:%g", Path.Combine(outside, "mine"))).Trim());
            Assert.Equal("1234:1234", (await Shell.OutputAsync("stat", "-c", "%u:%g", Path.Combine(outside, "dir", "both"))).Trim());
            var owner = int.Parse((await Shell.OutputAsync("stat", "-c", "%u", Path.Combine(outside, "shell"))).Trim());
            Assert.True(owner > 100_000, $"the shell with its setuid bit in {inside} belongs to {owner}");
            Assert.Equal("", await Shell.OutputAsync("find", outside, "-uid", "0"));
        }

        (await IncusView.ShellAsync(name, "echo inside >> '/srv/one file'")).Succeeded();
        Assert.Equal("outside\ninside\n", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task A_file_system_that_cannot_map_owners_is_named_with_the_ways_out()
    {
        await using var user = await TestUser.CreateAsync(1234);
        await using var coi = await CoiHome.CreateAsync(output, user);

        var refused = await coi.RunAsync("shell", "--background", "--mount", "/var/lib/lxcfs:/data");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("cannot map the owners of /data", refused.Error, StringComparison.Ordinal);
        Assert.Contains("disable_shift", refused.Error, StringComparison.Ordinal);
        await coi.NothingIsLeftAsync();
    }
}
