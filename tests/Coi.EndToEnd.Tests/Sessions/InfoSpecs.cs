using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Sessions;

public sealed class InfoSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task The_newest_session_of_the_directory_is_shown_or_the_one_whose_id_begins_so()
    {
        var older = await EndedAsync("older");
        var newer = await EndedAsync("newer");

        var newest = await Coi.OutputAsync("info");
        Assert.StartsWith("Session Information\n===================\n", newest, StringComparison.Ordinal);
        Assert.Contains($"Session ID:     {newer}\n", newest, StringComparison.Ordinal);
        Assert.Contains($"Workspace:      {Coi.Workspace}\n", newest, StringComparison.Ordinal);
        Assert.Contains($"coi shell --resume={newer}", newest, StringComparison.Ordinal);
        Assert.Contains($"Session ID:     {older}\n", await Coi.OutputAsync("info", older[..9]), StringComparison.Ordinal);

        var json = await Coi.InfoAsync(older);
        Assert.Equal((older, Coi.Workspace, true), ((string?)json["id"], (string?)json["workspace"], (bool?)json["has_conversation"]));
        Assert.True((long?)json["data_bytes"] > 0);
        Assert.Equal(Path.Combine(Coi.State, "sessions-claude", older), (string?)json["path"]);
    }

    [Fact]
    public async Task A_session_that_is_live_is_shown_with_its_container()
    {
        var name = await Coi.StartAsync();
        Assert.Equal(name, (string?)(await Coi.InfoAsync())["live_in"]);
        Assert.Contains($"coi attach {name}", await Coi.OutputAsync("info"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_an_error()
    {
        var none = await Coi.RunAsync("info");
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("no sessions", none.Error, StringComparison.Ordinal);
        foreach (var id in new[] { "00000000-0000-0000-0000-000000000000", "../x", "nothing" })
        {
            var unknown = await Coi.RunAsync("info", id);
            Assert.Equal(1, unknown.ExitCode);
            Assert.Contains($"session not found: {id}", unknown.Error, StringComparison.Ordinal);
        }

        Assert.Equal(2, (await Coi.RunAsync("info", "--format=yaml")).ExitCode);
    }

    private async Task<string> EndedAsync(string word)
    {
        var name = await Coi.StartAsync();
        var session = await Coi.SessionOfAsync(name);
        await Coi.PromptsAsync(name);
        await Coi.TypeAsync(name, word);
        await Coi.ScreenShowsAsync(name, $"dummy answers (1): {word}");
        await Coi.OutputAsync("kill", name);
        // Times of saving have seconds.
        await Eventually.IsTrueAsync("waiting for the next second", TimeSpan.FromSeconds(5), () =>
            Task.FromResult(DateTimeOffset.UtcNow > File.GetLastWriteTimeUtc(Path.Combine(Coi.State, "sessions-claude", session, "metadata.json")).AddSeconds(1)));
        return session;
    }
}
