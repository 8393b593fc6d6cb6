using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Failures;

/// <summary>A coi home on a disk that is full or cannot be written.</summary>
public sealed class LimitsOfTrustSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private bool _mounted;

    private string Filler => Path.Combine(Coi.State, "filler");

    public override async Task DisposeAsync()
    {
        if (_mounted)
        {
            await Shell.RunAsync("mount", ["-o", "remount,rw", Coi.State]);
            File.Delete(Filler);
            await Coi.RunAsync("kill", "--all", "--force");
            await Coi.RunAsync("daemon", "stop");
            await Shell.RunAsync("umount", ["-l", Coi.State]);
        }

        await base.DisposeAsync();
    }

    [Fact]
    public async Task On_a_full_disk_sessions_go_on_and_nothing_is_deleted_until_there_is_space()
    {
        await MountAsync("size=24m");
        await Coi.PromptsAsync(await Coi.StartAsync());
        await Coi.OutputAsync("shutdown", "--all", "--force");
        var name = await Coi.StartAsync();
        await Coi.PromptsAsync(name);
        await Shell.RunAsync("dd", ["if=/dev/zero", $"of={Filler}", "bs=4k"]);

        Assert.Equal(1, (await Coi.RunAsync("shell", "--background")).ExitCode);
        foreach (var refused in new[] { await Coi.RunAsync("kill", name), await Coi.RunAsync("clean", "--sessions", "--force") })
        {
            Output.WriteLine($"{refused}");
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("the journal cannot be written", refused.Error, StringComparison.Ordinal);
        }

        Assert.True(await Coi.Incus.RunsAsync(name));
        Assert.Equal(2, (await Coi.ListAsync()).Sessions.Count);
        Assert.Contains("cannot be written", await Coi.OutputAsync("daemon", "status"), StringComparison.Ordinal);

        File.Delete(Filler);
        await Eventually.IsTrueAsync("waiting until it can be ended", TimeSpan.FromSeconds(60), async () =>
            !(await Coi.ListAsync()).Names.Any() || (await Coi.RunAsync("kill", name)).ExitCode == 0);
        await Coi.NothingIsLeftAsync();
    }

    [Fact]
    public async Task A_home_that_cannot_be_written_is_refused_with_its_name()
    {
        await MountAsync("size=24m");
        await Shell.OutputAsync("mount", "-o", "remount,ro", Coi.State);

        var refused = await Coi.RunAsync("list");

        Assert.Equal(1, refused.ExitCode);
        Assert.StartsWith("error: ", refused.ErrorLines[0], StringComparison.Ordinal);
        Assert.Contains(Coi.State, refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_daemon_for_one_home_refuses_also_on_another_socket()
    {
        await Coi.OutputAsync("daemon", "start");
        var coid = Path.Combine(Path.GetDirectoryName(Programs.Coi)!, "..", "lib", "coi", "coid");
        foreach (var socket in new[] { null, Path.Combine(Coi.Root, "other.sock") })
        {
            var environment = new Dictionary<string, string?>(Coi.Environment) { ["COI_SOCKET"] = socket };
            var second = await Shell.RunAsync(coid, [], environment, Coi.Workspace);
            Assert.Equal(1, second.ExitCode);
            Assert.Contains($"another daemon works for {Coi.State}", second.Output, StringComparison.Ordinal);
        }

        Assert.NotNull(await Coi.DaemonPidAsync());
    }

    [Fact]
    public async Task A_session_directory_that_was_removed_by_hand_stands_in_nobodys_way()
    {
        var kept = await Coi.StartAsync("--persistent");
        await IncusView.PoweroffAsync(kept);
        await Coi.IsKeptAsync(kept);
        var running = await Coi.StartAsync("--slot", "2");
        foreach (var sessions in Directory.GetDirectories(Coi.State, "sessions-*")) Directory.Delete(sessions, recursive: true);

        await Coi.OutputAsync("kill", running);
        Assert.Equal(kept, await Coi.StartAsync());
        await Coi.PromptsAsync(kept);
        await Coi.OutputAsync("kill", kept);
        await Coi.NothingIsLeftAsync();
    }

    private async Task MountAsync(string options)
    {
        Directory.CreateDirectory(Coi.State);
        await Shell.OutputAsync("mount", "-t", "tmpfs", "-o", $"mode=0700,{options}", "tmpfs", Coi.State);
        _mounted = true;
    }
}
