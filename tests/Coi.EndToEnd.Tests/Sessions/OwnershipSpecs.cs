using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Sessions;

public sealed class OwnershipSpecs(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(1234)]
    public async Task Files_belong_to_whoever_runs_coi_on_both_sides(int uid)
    {
        await using var user = await TestUser.CreateAsync(uid);
        await using var coi = await CoiHome.CreateAsync(output, user);
        var outside = Path.Combine(coi.Workspace, "outside.txt");
        await File.WriteAllTextAsync(outside, "made outside\n");
        await Shell.OutputAsync("chown", $"{user.Uid}:{user.Gid}", outside);
        await Shell.OutputAsync("chmod", "600", outside);

        var name = await coi.StartAsync();
        await coi.PromptsAsync(name);
        await coi.TypeAsync(name, "!echo written inside >> outside.txt; echo inside > inside.txt; mkdir dir; sudo chown code: dir; stat -c 'owner of %n: %u:%g %U' outside.txt inside.txt; id -u");

        await coi.ScreenShowsAsync(name, $"owner of inside.txt: {user.Uid}:{user.Gid}");
        Assert.Equal("made outside\nwritten inside\n", await File.ReadAllTextAsync(outside));
        foreach (var made in new[] { "inside.txt", "dir", "outside.txt" })
            Assert.Equal($"{user.Uid}:{user.Gid}", await OwnerAsync(Path.Combine(coi.Workspace, made)));

        // What coi itself keeps is the user's as well, the conversation that the tool writes included, and nobody else's to read.
        var foreign = await Shell.OutputAsync("find", coi.State, "-not", "-uid", user.Uid.ToString());
        Assert.Equal("", foreign);
        var session = (string?)(await coi.ListAsync()).Find(name)?["session_id"] ?? "";
        var directory = Assert.Single(Directory.GetDirectories(coi.State, session, SearchOption.AllDirectories));
        Assert.Equal("700", (await Shell.OutputAsync("stat", "-c", "%a", directory)).Trim());

        await coi.TypeAsync(name, "!poweroff");
        await coi.NothingIsLeftAsync();
        await coi.ScreenShowsAsync(await coi.StartAsync("--resume"), "resumed with");
    }

    // As after `newgrp incus-admin`, which who has just been put into that group is often told to enter.
    [Fact]
    public async Task The_group_that_a_shell_has_changed_to_is_not_the_one_of_the_files()
    {
        await using var user = await TestUser.CreateAsync(1234);
        user.Current = await TestUser.IncusGroupAsync();
        await using var coi = await CoiHome.CreateAsync(output, user);
        await Shell.OutputAsync("chown", "-R", $"{user.Uid}:{user.Gid}", coi.Workspace);

        var name = await coi.StartAsync();
        await coi.PromptsAsync(name);
        await coi.TypeAsync(name, "!echo inside > inside.txt; stat -c 'owner of %n: %u:%g %U' inside.txt");

        await coi.ScreenShowsAsync(name, $"owner of inside.txt: {user.Uid}:{user.Gid}");
        Assert.Equal($"{user.Uid}:{user.Gid}", await OwnerAsync(Path.Combine(coi.Workspace, "inside.txt")));
        await coi.OutputAsync("kill", name);

        await Shell.OutputAsync("chgrp", user.Current, coi.Workspace);
        var start = (await coi.RunAsync("shell", "--background")).Succeeded();
        Assert.Contains($"belongs to the group {user.Current}, and yours is {user.Gid}: inside, nothing can be written in it", start.Error, StringComparison.Ordinal);
    }

    private static async Task<string> OwnerAsync(string path) => (await Shell.OutputAsync("stat", "-c", "%u:%g", path)).Trim();
}
