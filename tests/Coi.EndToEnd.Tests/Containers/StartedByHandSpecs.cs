using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Containers;

public sealed class StartedByHandSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task A_kept_container_that_somebody_started_is_taken_over_as_it_runs()
    {
        var name = await KeptAsync();
        await Shell.OutputAsync("incus", "start", name);
        await Eventually.IsTrueAsync("waiting for the listing to say that it runs", TimeSpan.FromSeconds(10), async () => (string?)(await Coi.ListAsync()).Find(name)?["status"] == "Running");
        (await IncusView.ExecAsync(name, "sh", "-c", "echo by hand > /run/witness")).Succeeded();

        Assert.Equal(name, await Coi.StartAsync("--resume"));

        await Coi.ScreenShowsAsync(name, "resumed with 2 earlier exchanges");
        // It was not stopped for it: what was only in memory is still there. And it has its network.
        Assert.Equal("by hand\n", (await IncusView.ExecAsync(name, "cat", "/run/witness")).Output);
        var listed = (await Coi.ListAsync()).Find(name);
        Assert.Equal(("running", true), ((string?)listed?["phase"], (bool?)listed?["persistent"]));
        Assert.Contains($"{listed?["ipv4"]}/", (await IncusView.ExecAsync(name, "ip", "-4", "addr", "show", "eth0")).Output, StringComparison.Ordinal);
        await Coi.TypeAsync(name, "!poweroff");
        await Coi.IsKeptAsync(name);
    }

    [Fact]
    public async Task One_that_was_started_while_the_daemon_was_away_is_seen_too_and_can_be_ended()
    {
        var name = await KeptAsync();
        await Coi.OutputAsync("daemon", "stop");
        await Shell.OutputAsync("incus", "start", name);

        await Eventually.IsTrueAsync("waiting for the listing to say that it runs", TimeSpan.FromSeconds(20), async () => (string?)(await Coi.ListAsync()).Find(name)?["status"] == "Running");
        await Coi.OutputAsync("shutdown", "--timeout=20", name);

        Assert.Empty(await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix));
        Assert.Single((await Coi.ListAsync()).Sessions);
    }

    [Fact]
    public async Task With_protected_paths_it_does_not_start_and_the_log_that_Incus_names_says_why()
    {
        var name = await KeptAsync(isProtected: true);

        var refused = await Shell.RunAsync("incus", ["start", name]);

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("--show-log", refused.Error, StringComparison.Ordinal);
        Assert.Contains("guarded only when coi starts the container", await Shell.OutputAsync("incus", "info", name, "--show-log"), StringComparison.Ordinal);
        Assert.Equal(name, await Coi.StartAsync("--resume"));
        await Coi.ScreenShowsAsync(name, "resumed with 2 earlier exchanges");
    }

    [Fact]
    public async Task One_that_runs_without_its_guards_is_stopped_and_the_next_start_puts_them()
    {
        var name = await KeptAsync();
        await Shell.OutputAsync("incus", "start", name);
        await Eventually.IsTrueAsync("waiting for the listing to say that it runs", TimeSpan.FromSeconds(10), async () => (string?)(await Coi.ListAsync()).Find(name)?["status"] == "Running");
        Coi.Environment["COI_CONFIG"] = Path.Combine(Coi.Root, "protected.toml");
        await File.WriteAllTextAsync(Coi.Environment["COI_CONFIG"]!, "[security]\nprotected_paths = [\".vscode\"]\n");

        var refused = await Coi.RunAsync("shell", "--background");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("protected paths are only guarded in a container that coi starts", refused.Error, StringComparison.Ordinal);
        Assert.Contains("Run the command again", refused.Error, StringComparison.Ordinal);
        await Coi.IsKeptAsync(name);
        Assert.Equal(name, await Coi.StartAsync("--resume"));
        Assert.NotEqual(0, (await IncusView.ExecAsync(name, "sh", "-c", "umount /workspace/.vscode; touch /workspace/.vscode/x")).ExitCode);
    }

    private async Task<string> KeptAsync(bool isProtected = false)
    {
        // With protected paths it would not start without coi: their guards are put from outside, by orders that rest with the session.
        if (!isProtected) Coi.Configure("[security]\nprotected_paths = []\n");
        var name = await Coi.StartAsync("--persistent");
        await Coi.PromptsAsync(name);
        await Coi.TypeAsync(name, "hello");
        await Coi.ScreenShowsAsync(name, "dummy answers (1)");
        await Coi.TypeAsync(name, "!poweroff");
        await Coi.IsKeptAsync(name);
        return name;
    }
}
