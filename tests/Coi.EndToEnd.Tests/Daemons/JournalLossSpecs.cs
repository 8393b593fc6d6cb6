using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Daemons;

public sealed class JournalLossSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private string Journal => Path.Combine(Coi.State, "journal.db");

    [Fact]
    public async Task A_damaged_journal_is_set_aside_and_sessions_go_on()
    {
        var running = await Coi.StartAsync();
        var session = await Coi.SessionOfAsync(running);
        await Coi.PromptsAsync(running);
        await Coi.TypeAsync(running, "hello");
        await Coi.ScreenShowsAsync(running, "dummy answers (1)");
        var kept = await Coi.StartAsync("--persistent");
        await IncusView.PoweroffAsync(kept);
        await Coi.IsKeptAsync(kept);
        await Coi.OutputAsync("daemon", "stop");
        // Its write-ahead log alone would be enough to put it together again.
        foreach (var side in new[] { "-wal", "-shm" }) File.Delete(Journal + side);
        await File.WriteAllTextAsync(Journal, string.Concat(Enumerable.Repeat("this is not a database\n", 100)));

        // Said loudly, once; and the status knows it for as long as the old journal is there.
        var first = await Coi.RunAsync("list");
        Assert.Contains("warning: the journal", first.Succeeded().Error, StringComparison.Ordinal);
        var aside = Assert.Single(Directory.GetFiles(Coi.State, "journal.db.damaged-*"));
        Assert.Contains(aside, first.Error, StringComparison.Ordinal);
        Assert.Equal("", (await Coi.RunAsync("list")).Error);
        Assert.Contains(aside, await Coi.OutputAsync("daemon", "status"), StringComparison.Ordinal);
        Assert.Contains(aside, await Coi.OutputAsync("daemon", "logs", "--lines=500"), StringComparison.Ordinal);

        await Eventually.IsTrueAsync("waiting until the containers are taken over", TimeSpan.FromSeconds(30), async () => (await Coi.ListAsync()).Names.Count == 2);
        await Coi.IsKeptAsync(kept);
        Assert.Equal(session, await Coi.SessionOfAsync(running));
        await Coi.TypeAsync(running, "again");
        await Coi.ScreenShowsAsync(running, "dummy answers (2)");
        Assert.Contains("taken over with session " + session, await Coi.OutputAsync("why", running), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slot_whose_events_cannot_be_read_is_closed_told_and_recovered()
    {
        var name = await Coi.StartAsync();
        var other = await Coi.StartAsync();
        await Coi.OutputAsync("daemon", "stop");
        await Shell.OutputAsync("python3", "-c", $"import sqlite3; c = sqlite3.connect('{Journal}'); c.execute(\"update journal set manifest = 'slot.dreamed.v9' where manifest = 'slot.session-started.v1' and persistence_id like '%-1'\"); c.commit()");

        await Eventually.IsTrueAsync("waiting until it is listed as failed", TimeSpan.FromSeconds(30), async () => (string?)(await Coi.ListAsync()).Find(name)?["phase"] == "failed");
        Assert.Equal("running", (string?)(await Coi.ListAsync()).Find(other)?["phase"]);
        Assert.Contains("slot.dreamed.v9", await Coi.OutputAsync("why", name), StringComparison.Ordinal);
        Assert.Contains($"coi recover {name}", await Coi.OutputAsync("daemon", "status"), StringComparison.Ordinal);
        var doctor = await Coi.RunAsync("doctor");
        Assert.Equal(1, doctor.ExitCode);
        Assert.Contains("✗ slot:", doctor.Output, StringComparison.Ordinal);
        await Eventually.IsTrueAsync("waiting until its network is closed", TimeSpan.FromSeconds(30), async () => await NicAsync(name) == "none");
        Assert.Equal(1, (await Coi.RunAsync("kill", name)).ExitCode);
        Assert.NotEqual(0, (await IncusView.ShellAsync(name, "timeout 2 bash -c 'echo > /dev/tcp/$(ip -4 route show default | cut -d\" \" -f3)/53'")).ExitCode);

        Assert.Contains($"Recovered {name}", await Coi.OutputAsync("recover", name), StringComparison.Ordinal);

        Assert.NotEqual("none", await NicAsync(name));
        await Eventually.IsTrueAsync("waiting until it runs", TimeSpan.FromSeconds(30), async () => (string?)(await Coi.ListAsync()).Find(name)?["phase"] == "running");
        Assert.Equal(0, (await Coi.RunAsync("doctor", "--drift")).ExitCode);
        await Coi.OutputAsync("kill", name);
    }

    [Fact]
    public async Task Metadata_of_no_bytes_is_written_anew_and_the_conversation_found()
    {
        var name = await Coi.StartAsync();
        var session = await Coi.SessionOfAsync(name);
        await Coi.PromptsAsync(name);
        await Coi.TypeAsync(name, "hello");
        await Coi.ScreenShowsAsync(name, "dummy answers (1)");
        await Coi.OutputAsync("kill", name);
        await Coi.OutputAsync("daemon", "stop");
        var metadata = Assert.Single(Directory.GetFiles(Coi.State, "metadata.json", SearchOption.AllDirectories));
        await File.WriteAllTextAsync(metadata, "");

        await Coi.OutputAsync("daemon", "start");

        await Eventually.IsTrueAsync("waiting until the metadata is written", TimeSpan.FromSeconds(20), () => Task.FromResult(new FileInfo(metadata).Length > 0));
        await Coi.ScreenShowsAsync(await Coi.StartAsync("--resume"), "resumed with 1 earlier exchanges");
        Assert.Equal(session, await Coi.SessionOfAsync(name));
    }

    private async Task<string?> NicAsync(string container) => (string?)(await Coi.Incus.InstanceAsync(container))?["devices"]?["eth0"]?["ipv4.address"];
}
