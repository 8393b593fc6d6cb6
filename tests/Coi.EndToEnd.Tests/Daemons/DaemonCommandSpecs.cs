using System.Diagnostics;
using System.Text.RegularExpressions;
using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Daemons;

[Collection(WholeMachine.Name)]
public sealed class DaemonCommandSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task Status_does_not_start_a_daemon_and_tells_about_one_that_runs()
    {
        var none = await Coi.RunAsync("daemon", "status");
        Assert.Equal(1, none.ExitCode);
        Assert.Equal("coid is not running\n", none.Output);

        Assert.Matches(@"^coid \S+ is running \(process \d+\)\n$", await Coi.OutputAsync("daemon", "start"));

        var status = await Coi.OutputAsync("daemon", "status");
        Assert.StartsWith("coid is running\n", status, StringComparison.Ordinal);
        foreach (var label in new[] { "Version:", "Process:", "Since:", "Memory:", "Containers:", "Home:", "Socket:", "Journal:", "Log:", "Incus:", "Compared:" })
            Assert.Contains($"  {label}", status, StringComparison.Ordinal);
        Assert.Contains(Coi.State, status, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_waits_for_the_end_and_says_so_when_none_runs()
    {
        await Coi.OutputAsync("daemon", "start");
        var pid = await Coi.DaemonPidAsync();

        Assert.Contains($"{pid}", await Coi.OutputAsync("daemon", "stop"), StringComparison.Ordinal);

        Assert.True(HasEnded(pid), $"process {pid} goes on");
        Assert.Equal("coid is not running\n", await Coi.OutputAsync("daemon", "stop"));
    }

    [Fact]
    public async Task Logs_shows_what_the_daemon_wrote_and_says_so_when_there_is_none()
    {
        var none = await Coi.RunAsync("daemon", "logs");
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("no log", none.Error, StringComparison.Ordinal);

        var name = await Coi.StartAsync();

        Assert.Contains(name, await Coi.OutputAsync("daemon", "logs", "--lines=500"), StringComparison.Ordinal);
        Assert.Single((await Coi.OutputAsync("daemon", "logs", "--lines=1")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Ten_at_once_start_one_daemon()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Coi.OutputAsync("daemon", "start")));

        Assert.Single(all.Distinct());
    }

    [Fact]
    public async Task The_socket_is_for_its_owner_only()
    {
        await Coi.OutputAsync("daemon", "start");
        var socket = Path.Combine(Coi.State, "run", "coid.sock");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(socket));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(socket)!));
        Assert.Contains("\"containers\"", await CurlAsync(socket), StringComparison.Ordinal);
        Assert.Contains("request.foreign", await CurlAsync(socket, "-H", "Origin: http://example.test"), StringComparison.Ordinal);
        Assert.Contains("request.foreign", await CurlAsync(socket, "-H", "Referer: http://example.test/"), StringComparison.Ordinal);
        Assert.Contains("request.foreign", await CurlAsync(socket, "-H", "Host: example.test"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_older_daemon_is_replaced_and_sessions_do_not_notice()
    {
        var older = await OlderDaemonAsync();
        // It starts the older one, is told so, replaces it by what it was told to start, the older one, and gives up: that one runs now.
        Assert.Equal(1, (await Coi.RunInAsync(Coi.Workspace, ["daemon", "start"], new Dictionary<string, string?> { ["COI_DAEMON"] = older })).ExitCode);
        var before = await CurlAsync(Path.Combine(Coi.State, "run", "coid.sock"));

        var first = await Coi.RunAsync("shell", "--background");

        first.Succeeded();
        Assert.Contains("coid is older than coi", first.Error, StringComparison.Ordinal);
        var name = first.Output.Trim();
        await Coi.PromptsAsync(name);
        Assert.Contains("\"version\":\"0.0.1\"", before.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("0.0.1", await Coi.OutputAsync("daemon", "status"), StringComparison.Ordinal);
        Assert.Equal([name], (await Coi.ListAsync()).Names);
    }

    [Fact]
    public async Task Version_is_told_on_one_line_without_daemon_configuration_or_home()
    {
        Coi.Configure("this is not toml [");
        var nowhere = new Dictionary<string, string?> { ["HOME"] = "/nonexistent", ["COI_HOME"] = "/nonexistent/coi" };

        foreach (var arguments in new[] { "version", "--version", "-v" })
        {
            var outcome = (await Coi.RunInAsync("/", [arguments], nowhere)).Succeeded();
            Assert.Matches(@"^(coi version |code-on-incus \(coi\) v)\d+\.\d+\.\d+\S*\n", outcome.Output);
        }

        Assert.False(Directory.Exists("/nonexistent"));
        Assert.Null(await Coi.DaemonPidAsync());
    }

    [Fact]
    public async Task An_idle_daemon_rests()
    {
        await Coi.StartAsync();
        var pid = await Coi.DaemonPidAsync();
        await Task.Delay(TimeSpan.FromSeconds(2));
        var before = ProcessTime(pid);
        var start = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(5));
        var share = (ProcessTime(pid) - before) / Stopwatch.GetElapsedTime(start);
        Assert.True(share < 0.05, $"it used {share:P1} of a core while nothing happened");

        var resident = await ResidentMemory.FallsToAsync(pid ?? throw new InvalidOperationException("no daemon runs"), 150 << 20, seconds: 20);
        Output.WriteLine($"{share:P1} of a core, {resident >> 20} MiB resident");
    }

    // Nothing is left of it, or only the entry that its parent has not read yet.
    private static bool HasEnded(int? pid) =>
        !File.Exists($"/proc/{pid}/stat") || Regex.IsMatch(File.ReadAllText($"/proc/{pid}/stat"), @"\) [ZX] ");

    // The real daemon with an older version in its metadata: both versions have the same length, so nothing else moves.
    private async Task<string> OlderDaemonAsync()
    {
        var version = Regex.Match((await Coi.RunAsync("--version")).Output, @"\d+\.\d+\.\d+").Value;
        Assert.Equal(5, version.Length);
        var beside = Path.GetDirectoryName(Programs.Coi) ?? "/";
        var daemon = new[] { beside, Path.GetFullPath(Path.Combine(beside, "../lib/coi")) }.First(directory => File.Exists(Path.Combine(directory, "coid")));
        var copy = Path.Combine(Coi.Root, "older");
        await Shell.OutputAsync("cp", "-R", "--reflink=auto", daemon, copy);
        var assembly = Path.Combine(copy, "coid.dll");
        var bytes = await File.ReadAllBytesAsync(assembly);
        byte[] old = System.Text.Encoding.UTF8.GetBytes(version), older = System.Text.Encoding.UTF8.GetBytes("0.0.1");
        for (var at = bytes.AsSpan().IndexOf(old); at >= 0; at = bytes.AsSpan().IndexOf(old)) older.CopyTo(bytes, at);
        await File.WriteAllBytesAsync(assembly, bytes);
        return Path.Combine(copy, "coid");
    }

    // utime and stime are fields 14 and 15, in hundredths of a second (proc(5)).
    private static TimeSpan ProcessTime(int? pid)
    {
        var fields = File.ReadAllText($"/proc/{pid}/stat").Split(") ")[1].Split(' ');
        return TimeSpan.FromMilliseconds(10 * (long.Parse(fields[11]) + long.Parse(fields[12])));
    }

    private static Task<string> CurlAsync(string socket, params IReadOnlyList<string> arguments) =>
        Shell.OutputAsync("curl", ["--silent", "--max-time", "10", "--unix-socket", socket, .. arguments, "http://coid/v1/status"]);
}
