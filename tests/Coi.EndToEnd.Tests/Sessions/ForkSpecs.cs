using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Sessions;

public sealed class ForkSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task A_live_session_is_refused_with_its_container_and_a_copy_goes_on_apart()
    {
        var first = await Coi.StartAsync();
        var original = await Coi.SessionOfAsync(first);
        await Coi.PromptsAsync(first);
        await Coi.TypeAsync(first, "remember the number 42");
        await Coi.ScreenShowsAsync(first, "dummy answers (1)");

        var refused = await Coi.RunAsync("shell", "--background", $"--resume={original}");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"is live in {first}", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--fork", refused.Error, StringComparison.Ordinal);

        var second = await Coi.StartAsync($"--resume={original[..8]}", "--fork");

        var copy = await Coi.SessionOfAsync(second);
        Assert.NotEqual((first, original), (second, copy));
        await Coi.ScreenShowsAsync(second, "resumed with 1 earlier exchanges");
        await Coi.PromptsAsync(second);
        await Coi.TypeAsync(second, "only in the copy");
        await Coi.ScreenShowsAsync(second, "dummy answers (2): only in the copy");
        await Coi.TypeAsync(first, "only in the original");
        await Coi.ScreenShowsAsync(first, "dummy answers (2): only in the original");
        Assert.Equal(original, (string?)(await Coi.InfoAsync(copy))["forked_from"]);

        await Coi.OutputAsync("kill", "--all", "--force");
        foreach (var (id, own, other) in new[] { (original, "original", "copy"), (copy, "copy", "original") })
        {
            var transcripts = await Shell.OutputAsync("grep", "-rhE", "only in the (copy|original)", Path.Combine(Coi.State, "sessions-claude", id));
            Assert.Contains($"only in the {own}", transcripts, StringComparison.Ordinal);
            Assert.DoesNotContain($"only in the {other}", transcripts, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_copy_of_the_newest_session_needs_no_id_and_one_that_cannot_start_leaves_nothing()
    {
        var first = await Coi.StartAsync();
        await Coi.PromptsAsync(first);
        await Coi.TypeAsync(first, "hello");
        await Coi.ScreenShowsAsync(first, "dummy answers (1)");

        Assert.Equal(1, (await Coi.RunAsync("shell", "--background", "--fork", "--slot=99")).ExitCode);
        Assert.Single((await Coi.ListAsync()).Sessions);

        await Coi.ScreenShowsAsync(await Coi.StartAsync("--fork"), "resumed with 1 earlier exchanges");
        Assert.Equal(2, (await Coi.ListAsync()).Sessions.Count);
    }
}
