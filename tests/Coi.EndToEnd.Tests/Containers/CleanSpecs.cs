using System.Text.Json.Nodes;
using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Containers;

public sealed class CleanSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task Orphaned_networks_and_acls_go_and_nothing_else_does()
    {
        var live = await Coi.StartAsync();
        var acl = $"{Coi.Prefix}orphan";
        string[] keys = [$"user.coi.home={Coi.State}", $"user.coi.container={acl}", "user.coi.kind=session"];
        await Shell.OutputAsync("incus", ["network", "acl", "create", acl, .. keys]);
        // Its name is made as coi makes it, for it is found by that.
        var bridge = "coi" + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(acl)))[..12];
        await IncusView.CreateNetworkAsync(bridge, keys);

        var dry = await Coi.OutputAsync("clean", "--dry-run");
        Assert.Contains($"network {bridge}", dry, StringComparison.Ordinal);
        Assert.Contains($"acl {acl}", dry, StringComparison.Ordinal);
        Assert.NotNull(await Coi.Incus.NetworkAsync(bridge));

        var unasked = await Coi.RunAsync("clean");
        Assert.Equal(0, unasked.ExitCode);
        Assert.Contains("--force", unasked.Error, StringComparison.Ordinal);
        Assert.NotNull(await Coi.Incus.NetworkAsync(bridge));

        var cleaned = await Coi.OutputAsync("clean", "--force");
        Assert.Contains("✓ Cleaned 2 item(s)", cleaned, StringComparison.Ordinal);
        Assert.Null(await Coi.Incus.NetworkAsync(bridge));
        Assert.Null(await Coi.Incus.AclAsync(acl));
        Assert.True(await Coi.Incus.RunsAsync(live));
        await Coi.ScreenShowsAsync(live, "directory: /workspace");
        Assert.Equal("Nothing to clean.\n", await Coi.OutputAsync("clean", "--force"));
    }

    [Fact]
    public async Task What_holds_places_in_a_workspace_goes_when_neither_journal_nor_Incus_knows_its_container()
    {
        var live = await Coi.StartAsync("-w", Directory.CreateDirectory(Path.Combine(Coi.Root, "other")).FullName);
        var lost = await Coi.StartAsync();
        await Coi.KillDaemonAsync();
        foreach (var file in Directory.GetFiles(Coi.State, "journal.db*")) File.Delete(file);
        await Shell.OutputAsync("incus", "delete", "--force", lost);
        Assert.NotEmpty(Directory.GetFileSystemEntries(Coi.Workspace));

        var cleaned = await Coi.OutputAsync("clean", "--force");

        Assert.Contains($"✓ Removed guard {lost}", cleaned, StringComparison.Ordinal);
        Assert.DoesNotContain(live, cleaned, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Coi.Workspace));
        Assert.NotEmpty(Directory.GetFileSystemEntries(Path.Combine(Coi.Root, "other")));
        // The other one is taken over as it runs.
        await Eventually.IsTrueAsync("waiting for the listing", TimeSpan.FromSeconds(10), async () => (string?)(await Coi.ListAsync()).Find(live)?["status"] == "Running");
    }

    [Fact]
    public async Task Sessions_go_when_they_are_asked_for_but_never_one_that_a_container_holds()
    {
        var ended = await Coi.StartAsync();
        var gone = await Coi.SessionOfAsync(ended);
        await Coi.OutputAsync("kill", ended);
        var kept = await Coi.StartAsync("--persistent");
        var held = await Coi.SessionOfAsync(kept);
        await Coi.PromptsAsync(kept);
        await Coi.TypeAsync(kept, "!poweroff");
        await Coi.IsKeptAsync(kept);
        var live = await Coi.StartAsync("--slot=2");
        var running = await Coi.SessionOfAsync(live);
        Assert.Equal("Nothing to clean.\n", await Coi.OutputAsync("clean", "--force"));

        var report = JsonNode.Parse(await Coi.OutputAsync("clean", "--sessions", "--force", "--format=json"))?["items"]?.AsArray() ?? [];

        Assert.Equal(("session", gone, "removed"), ((string?)Assert.Single(report)?["kind"], (string?)report[0]?["name"], (string?)report[0]?["state"]));
        Assert.Equal(new[] { held, running }.Order(StringComparer.Ordinal), (await Coi.ListAsync()).Sessions.Select(s => (string?)s["ID"]).Order(StringComparer.Ordinal));
        Assert.Equal(new[] { kept, live }.Order(StringComparer.Ordinal), (await Coi.ListAsync()).Names.Order(StringComparer.Ordinal));

        // All means all that is at rest, the kept container too; what runs stays.
        await Coi.OutputAsync("clean", "--all", "--force");
        Assert.Equal([live], (await Coi.ListAsync()).Names);
        Assert.Null(await Coi.Incus.InstanceAsync(kept));
        Assert.Equal(running, (string?)Assert.Single((await Coi.ListAsync()).Sessions)["ID"]);
        Assert.False(Directory.Exists(Path.Combine(Coi.State, "sessions-claude", held)));
    }

    [Fact]
    public async Task On_a_terminal_it_shows_what_it_means_and_asks()
    {
        await Coi.OutputAsync("kill", await Coi.StartAsync());
        var session = (string?)Assert.Single((await Coi.ListAsync()).Sessions)["ID"];
        await using var terminal = await HostTerminal.OpenAsync(Coi);

        await terminal.RunCoiAsync("clean --sessions");
        await terminal.ShowsAsync("Remove 1 item(s)? [y/N]:");
        Assert.Contains($"session {session}", (await terminal.ScreenAsync()).Replace("\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        await terminal.TypeAsync("n");
        await terminal.ShowsAsync("Cancelled.");
        Assert.Single((await Coi.ListAsync()).Sessions);

        await terminal.RunCoiAsync("clean --sessions");
        await terminal.ShowsAsync("Cancelled.");
        await terminal.TypeAsync("y");
        await terminal.ShowsAsync("Cleaned 1 item(s)");
        Assert.Empty((await Coi.ListAsync()).Sessions);
    }
}
