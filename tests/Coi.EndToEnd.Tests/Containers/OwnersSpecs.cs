using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Containers;

public sealed class OwnersSpecs(ITestOutputHelper output)
{
    [Fact]
    public async Task What_root_inside_leaves_in_the_workspace_has_no_rights_outside()
    {
        await using var user = await TestUser.CreateAsync(1234);
        await using var coi = await CoiHome.CreateAsync(output, user);
        var name = await coi.StartAsync();

        (await IncusView.ExecAsync(name, "sh", "-c", "cd /workspace && cp /bin/sh shell && chmod 6755 shell && setcap cap_setuid+ep shell; mkdir dir; mknod null c 1 3; ls -ln")).Succeeded();
        (await IncusView.ShellAsync(name, "echo mine > mine && sudo chown code: dir && echo both > dir/both")).Succeeded();

        Assert.Equal("1234:1234", (await Shell.OutputAsync("stat", "-c", "%u:%g", Path.Combine(coi.Workspace, "mine"))).Trim());
        Assert.Equal("1234:1234", (await Shell.OutputAsync("stat", "-c", "%u:%g", Path.Combine(coi.Workspace, "dir", "both"))).Trim());
        var owner = int.Parse((await Shell.OutputAsync("stat", "-c", "%u", Path.Combine(coi.Workspace, "shell"))).Trim());
        Assert.True(owner > 100_000, $"the shell with its setuid bit belongs to {owner}");
        Assert.Equal("", await Shell.OutputAsync("find", coi.Workspace, "-uid", "0"));
    }
}
