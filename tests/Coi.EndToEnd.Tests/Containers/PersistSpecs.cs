using System.Text.Json.Nodes;
using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Containers;

public sealed class PersistSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task A_running_ephemeral_container_becomes_one_that_is_kept()
    {
        var name = await Coi.StartAsync();
        var session = await Coi.SessionOfAsync(name);
        await Coi.PromptsAsync(name);

        Assert.Equal($"  ✓ Persisted {name}\nPersisted 1 container(s)\n", await Coi.OutputAsync("persist", name));

        Assert.Equal("persistent", (string?)(await Coi.Incus.InstanceAsync(name))?["config"]?["user.coi.mode"]);
        Assert.True((bool?)JsonNode.Parse(File.ReadAllText(Path.Combine(Coi.State, "sessions-claude", session, "metadata.json")))?["persistent"]);
        Assert.Contains($"  {name} (persistent)", await Coi.OutputAsync("list"), StringComparison.Ordinal);
        Assert.Contains("persistent already", await Coi.OutputAsync("persist", name), StringComparison.Ordinal);

        await Coi.KillDaemonAsync();
        await Coi.TypeAsync(name, "!sudo touch /var/kept; poweroff");
        await Coi.IsKeptAsync(name);

        Assert.Equal(name, await Coi.StartAsync("--resume"));
        Assert.Equal(0, (await IncusView.ExecAsync(name, "test", "-e", "/var/kept")).ExitCode);
    }

    [Fact]
    public async Task It_is_known_from_the_container_alone_when_the_journal_is_lost()
    {
        var name = await Coi.StartAsync();
        await Coi.OutputAsync("persist", name);
        await Coi.OutputAsync("daemon", "stop");
        foreach (var file in Directory.GetFiles(Coi.State, "journal.db*")) File.Delete(file);

        await Eventually.IsTrueAsync("waiting for the container to be taken over", TimeSpan.FromSeconds(20), async () => (await Coi.ListAsync()).Find(name) is not null);

        Assert.True((bool?)(await Coi.ListAsync()).Find(name)?["persistent"]);
    }

    [Fact]
    public async Task What_cannot_be_persisted_is_named_and_fails_the_command()
    {
        var name = await Coi.StartAsync();
        var missing = $"{Coi.Prefix}00000000-9";

        var partly = await Coi.RunAsync("persist", "--force", name, missing);

        Assert.Equal(1, partly.ExitCode);
        Assert.Contains($"Persisted {name}", partly.Output, StringComparison.Ordinal);
        Assert.Contains($"container '{missing}' does not exist", partly.Error, StringComparison.Ordinal);
        Assert.Contains("1 of 2 container(s) could not be persisted", partly.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await Coi.RunAsync("persist")).ExitCode);
    }
}
