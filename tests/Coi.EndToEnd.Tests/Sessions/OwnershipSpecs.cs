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

    private static async Task<string> OwnerAsync(string path) => (await Shell.OutputAsync("stat", "-c", "%u:%g", path)).Trim();
}
