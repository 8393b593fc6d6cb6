using System.Text.Json.Nodes;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Sessions;

public sealed class ResumeSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task The_beginning_of_an_id_is_enough_also_for_a_slot_persistent_and_under_another_prefix()
    {
        var session = await SpokenAsync();

        var slot = await Coi.StartAsync($"--resume={session[..7]}", "--slot=4");
        Assert.EndsWith("-4", slot, StringComparison.Ordinal);
        Assert.Equal(session, await Coi.SessionOfAsync(slot));
        await Coi.ScreenShowsAsync(slot, "resumed with 1 earlier exchanges");
        await Coi.OutputAsync("kill", slot);

        var kept = await Coi.StartAsync("--resume", "--persistent");
        Assert.Equal(session, await Coi.SessionOfAsync(kept));
        Assert.True((bool?)(await Coi.ListAsync()).Find(kept)?["persistent"]);
        await Coi.OutputAsync("kill", kept);

        Coi.Environment["COI_CONTAINER_PREFIX"] = $"{Coi.Prefix}new-";
        var renamed = await Coi.StartAsync("--continue");
        Assert.StartsWith($"{Coi.Prefix}new-", renamed, StringComparison.Ordinal);
        Assert.Equal(session, await Coi.SessionOfAsync(renamed));
        await Coi.ScreenShowsAsync(renamed, "resumed with 1 earlier exchanges");
    }

    [Fact]
    public async Task The_newest_conversation_of_a_session_goes_on_not_the_first_by_name()
    {
        var session = await SpokenAsync();
        var directory = Path.Combine(Coi.State, "sessions-claude", session, ".claude", "projects", "-workspace");
        var newest = Assert.Single(Directory.GetFiles(directory, "*.jsonl"));
        // An older one that comes first by name.
        var older = Path.Combine(directory, "00000000-0000-4000-8000-000000000000.jsonl");
        File.WriteAllText(older, "{\"type\":\"user\",\"message\":\"of old\"}\n");
        File.SetLastWriteTimeUtc(older, File.GetLastWriteTimeUtc(newest).AddHours(-1));

        await Coi.ScreenShowsAsync(await Coi.StartAsync("--resume"), "resumed with 1 earlier exchanges");
    }

    [Fact]
    public async Task The_workspace_that_a_session_belongs_to_is_named_when_another_asks_for_it()
    {
        var session = await SpokenAsync();
        var elsewhere = Directory.CreateDirectory(Path.Combine(Coi.Root, "elsewhere")).FullName;

        var refused = await Coi.RunAsync("shell", "--background", "-w", elsewhere, $"--resume={session[..8]}");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains($"belongs to another workspace ({Coi.Workspace})", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metadata_is_read_from_and_by_the_program_that_was_there_before()
    {
        var session = await SpokenAsync();
        var file = Path.Combine(Coi.State, "sessions-claude", session, "metadata.json");
        // Its reader takes one key a line, in this order, and these are all that it knows.
        var lines = File.ReadAllLines(file);
        Assert.Equal("{", lines[0]);
        Assert.Equal($"  \"session_id\": \"{session}\",", lines[1]);
        Assert.Matches($"^  \"container_name\": \"{Coi.Prefix}[0-9a-f]{{8}}-1\",$", lines[2]);
        Assert.Equal("  \"persistent\": false,", lines[3]);
        Assert.Equal($"  \"workspace\": \"{Coi.Workspace}\",", lines[4]);
        Assert.Matches("^  \"saved_at\": \"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(Z|[+-]\\d\\d:\\d\\d)\",?$", lines[5]);
        Assert.EndsWith("}\n", File.ReadAllText(file), StringComparison.Ordinal);

        // And what it wrote, in any spelling of JSON.
        var container = (string?)JsonNode.Parse(File.ReadAllText(file))?["container_name"];
        File.WriteAllText(file, $$"""{"saved_at":"2026-01-31T11:02:03.123456Z","workspace":"{{Coi.Workspace}}","persistent":true,"container_name":"{{container}}","session_id":"{{session}}"}""");
        var saved = Assert.Single((await Coi.ListAsync()).Sessions);
        Assert.Equal((session, "2026-01-31T11:02:03Z"), ((string?)saved["ID"], (string?)saved["SavedAt"]));

        var name = await Coi.StartAsync("--resume");
        Assert.True((bool?)(await Coi.ListAsync()).Find(name)?["persistent"]);
        await Coi.ScreenShowsAsync(name, "resumed with 1 earlier exchanges");
    }

    private async Task<string> SpokenAsync()
    {
        var name = await Coi.StartAsync();
        var session = await Coi.SessionOfAsync(name);
        await Coi.PromptsAsync(name);
        await Coi.TypeAsync(name, "remember the number 42");
        await Coi.ScreenShowsAsync(name, "dummy answers (1)");
        await Coi.OutputAsync("kill", name);
        return session;
    }
}
