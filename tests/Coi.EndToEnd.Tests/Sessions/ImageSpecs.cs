using System.Text.Json.Nodes;
using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Sessions;

/// <summary>Sessions from an image of another name than the usual one.</summary>
public sealed class ImageSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private string Other => $"{Coi.Prefix}image";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        // Another name of the same image, which stays as it is.
        var fingerprint = (string?)JsonNode.Parse(await Shell.OutputAsync("incus", "query", "/1.0/images/aliases/coi"))?["target"] ?? "";
        await Shell.OutputAsync("incus", "image", "alias", "create", Other, fingerprint);
    }

    public override async Task DisposeAsync()
    {
        await Shell.RunAsync("incus", ["image", "alias", "delete", Other]);
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_session_from_an_image_of_another_name_runs_as_the_user_is_kept_and_does_not_take_a_kept_container()
    {
        var kept = await Coi.StartAsync("--persistent");
        await Coi.PromptsAsync(kept);
        await Coi.TypeAsync(kept, "!poweroff");
        await Coi.IsKeptAsync(kept);

        var started = (await Coi.RunAsync("shell", "--background", "--image", Other)).Succeeded();
        var name = started.Output.Trim();

        Assert.Equal($"{kept[..^1]}2", name);
        Assert.Contains($"Auto-allocated slot 2 for image {Other}; kept stays {kept} (made from image coi)", started.Error, StringComparison.Ordinal);
        Assert.Contains($"Container name: {name}\n", started.Error, StringComparison.Ordinal);
        Assert.Equal(Other, (string?)(await Coi.ListAsync()).Find(name)?["image"]);
        await Coi.PromptsAsync(name);
        await Coi.TypeAsync(name, "!whoami; echo $HOME");
        await Coi.ScreenShowsAsync(name, "code\n/home/code");
        await Coi.TypeAsync(name, "hello");
        await Coi.ScreenShowsAsync(name, "dummy answers (");
        await Coi.TypeAsync(name, "!poweroff");
        await Eventually.IsTrueAsync("waiting for the container to go", TimeSpan.FromSeconds(20), async () => (await Coi.ListAsync()).Find(name) is null);

        // The same image as the kept container's, by its name: that is what is used.
        Assert.Equal(kept, await Coi.StartAsync("--image", "coi", "--resume"));
        await Coi.ScreenShowsAsync(kept, "resumed with");
    }
}
