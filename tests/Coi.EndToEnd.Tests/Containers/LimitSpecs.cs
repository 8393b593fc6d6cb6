using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Containers;

[Collection(WholeMachine.Name)]
public sealed class LimitSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task A_container_sees_its_limits_and_cannot_exceed_them()
    {
        await using var quotas = await PoolQuotas.OfDefaultPoolAsync();
        Coi.Configure("[limits]\ncpu = 1\nmemory = \"512MiB\"\nprocesses = 300\ndisk = \"4GiB\"\n");
        var name = await Coi.StartAsync();

        Assert.Equal("1\n", (await IncusView.ExecAsync(name, "nproc")).Output);
        Assert.Contains("524288 kB", (await IncusView.ExecAsync(name, "grep", "MemTotal", "/proc/meminfo")).Output, StringComparison.Ordinal);
        // Nothing can be executed in a container that is full; the processes end by themselves.
        await IncusView.ExecAsync(name, "sh", "-c", "(i=0; while [ $i -lt 400 ]; do sleep 10 & i=$((i+1)); done) 2>/tmp/forks; wait; true");
        await Eventually.ContainsAsync("ork", TimeSpan.FromSeconds(20), async () => (await IncusView.ExecAsync(name, "cat", "/tmp/forks")).Output);
        await Eventually.ContainsAsync("quota", TimeSpan.FromSeconds(40), async () =>
            (await IncusView.ExecAsync(name, "sh", "-c", "dd if=/dev/zero of=/big bs=1M count=2100; rm -f /big")).Error);
    }

    [Fact]
    public async Task A_session_ends_when_its_time_is_up_also_when_the_daemon_was_away()
    {
        Coi.Configure("[limits]\nmax_duration = \"15s\"\n");
        var name = await Coi.StartAsync();
        var listed = (await Coi.ListAsync()).Find(name);
        Assert.NotNull(listed?["ends_at"]);
        await Coi.KillDaemonAsync();
        await Coi.ListAsync(); // another daemon, which goes on counting
        var time = await Coi.NothingIsLeftAsync(60);
        Assert.True(time < TimeSpan.FromSeconds(40), $"it took {time}");
        var journal = await Shell.OutputAsync("sqlite3", "-readonly", Path.Combine(Coi.State, "journal.db"), "select cast(message as text) from journal where manifest = 'slot.container-stopped.v1'");
        Assert.Contains("TimeUp", journal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_warns_on_every_terminal_before_its_time_is_up_and_a_kept_container_says_so_afterwards()
    {
        Coi.Configure("[limits]\nmax_duration = \"14s\"\n");
        var name = await Coi.StartAsync("--persistent");
        await using var one = await HostTerminal.OpenAsync(Coi);
        await using var two = await HostTerminal.OpenAsync(Coi);
        await Task.WhenAll(one.RunCoiAsync($"attach {name}"), two.RunCoiAsync($"attach {name}"));
        await Task.WhenAll(one.ShowsAsync("coi: this session ends in"), two.ShowsAsync("coi: this session ends in"));
        await one.PressAsync("Space"); // the line has been read
        await one.ShowsAsync("time is nearly up");
        await Eventually.IsTrueAsync("waiting for the end", TimeSpan.FromSeconds(60), async () => (await Coi.ListAsync()).Find(name)?["phase"]?.ToString() == "kept", () => name);
        Assert.Equal("time_up", (string?)(await Coi.ListAsync()).Find(name)?["stop_cause"]);
        Assert.Contains("its time was up", await Coi.OutputAsync("list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_disk_limit_on_a_pool_that_has_none_is_refused()
    {
        var pool = $"{Coi.Prefix}dir";
        await Shell.OutputAsync("incus", "storage", "create", pool, "dir");
        try
        {
            Coi.Configure($"[limits]\ndisk = \"2GiB\"\n[incus]\nstorage_pool = \"{pool}\"\n");
            var refused = await Coi.RunAsync("shell", "--background");
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("of the driver dir", refused.Error, StringComparison.Ordinal);
            await Coi.NothingIsLeftAsync();
        }
        finally
        {
            await Shell.RunAsync("incus", ["storage", "delete", pool]);
        }
    }
}
