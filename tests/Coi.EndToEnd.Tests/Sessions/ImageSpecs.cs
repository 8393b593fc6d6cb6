using System.Text.Json.Nodes;
using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Sessions;

/// <summary>Sessions from an image of another name than the usual one.</summary>
public sealed class ImageSpecs(ITestOutputHelper output)
{
    [Fact]
    public async Task A_session_from_an_image_of_another_name_runs_as_the_user_is_kept_and_does_not_take_a_kept_container()
    {
        await using var user = await TestUser.CreateAsync(1234);
        await using var coi = await CoiHome.CreateAsync(output, user);
        // Another name of the same image, which stays as it is.
        var other = $"{coi.Prefix}image";
        var fingerprint = (string?)JsonNode.Parse(await Shell.OutputAsync("incus", "query", "/1.0/images/aliases/coi"))?["target"] ?? "";
        await Shell.OutputAsync("incus", "image", "alias", "create", other, fingerprint);
        try
        {
            await GoesOnAsync(coi, other);
        }
        finally
        {
            await Shell.OutputAsync("incus", "image", "alias", "delete", other);
        }
    }

    private static async Task GoesOnAsync(CoiHome coi, string other)
    {
        var kept = await coi.StartAsync("--persistent");
        await coi.PromptsAsync(kept);
        await coi.TypeAsync(kept, "!poweroff");
        await coi.IsKeptAsync(kept);

        var started = (await coi.RunAsync("shell", "--background", "--image", other)).Succeeded();
        var name = started.Output.Trim();

        Assert.Equal($"{kept[..^1]}2", name);
        Assert.Contains($"Auto-allocated slot 2 for image {other}; kept stays {kept} (made from image coi)", started.Error, StringComparison.Ordinal);
        Assert.Contains($"Container name: {name}\n", started.Error, StringComparison.Ordinal);
        Assert.Equal(other, (string?)(await coi.ListAsync()).Find(name)?["image"]);
        await coi.PromptsAsync(name);
        await coi.TypeAsync(name, "!whoami; echo $HOME");
        await coi.ScreenShowsAsync(name, "code\n/home/code");
        await coi.TypeAsync(name, "hello");
        await coi.ScreenShowsAsync(name, "dummy answers (");
        await coi.TypeAsync(name, "!poweroff");
        await Eventually.IsTrueAsync("waiting for the container to go", TimeSpan.FromSeconds(20), async () => (await coi.ListAsync()).Find(name) is null);

        // The same image as the kept container's, by its name: that is what is used.
        Assert.Equal(kept, await coi.StartAsync("--image", "coi", "--resume"));
        await coi.ScreenShowsAsync(kept, "resumed with");
    }
}
