using Coi.Cli.Versions;
using Coi.Contracts;
using Xunit;

namespace Coi.Cli.Tests.Doctor;

public sealed class DoctorSpecs : IAsyncLifetime
{
    private readonly DaemonFixture _daemon = new();

    public async Task InitializeAsync()
    {
        await _daemon.StartAsync();
        _daemon.Says("GET /v1/status", Status(), ContractsJson.Default.DaemonStatus);
    }

    public async Task DisposeAsync() => await _daemon.DisposeAsync();

    [Theory]
    [InlineData(DoctorCheck.Ok, 0, "  ✓ image:           as found\n")]
    [InlineData(DoctorCheck.Warning, 0, "  ! image:           as found\n                     coi build\n")]
    [InlineData(DoctorCheck.Failed, 1, "  ✗ image:           as found\n                     coi build\n")]
    public async Task Each_check_is_a_line_with_what_to_do_and_a_failed_one_fails_the_command(string state, int exitCode, string line)
    {
        _daemon.Says("POST /v1/doctor", new DoctorReport([new DoctorCheck("image", state, "as found", "coi build")]), ContractsJson.Default.DoctorReport);
        var said = await _daemon.Caller.RunAsync("doctor");
        Assert.Equal((exitCode, $"  ✓ version:         coi and coid {ProgramVersion.Number}\n" + line), (said.ExitCode, said.Out));
    }

    [Fact]
    public async Task Another_version_of_the_daemon_is_told()
    {
        _daemon.Says("GET /v1/status", Status() with { Version = "99.0.0" }, ContractsJson.Default.DaemonStatus);
        _daemon.Says("POST /v1/doctor", new DoctorReport([]), ContractsJson.Default.DoctorReport);
        Assert.Contains("coid 99.0.0", (await _daemon.Caller.RunAsync("doctor", "--format=json")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_difference_is_shown_with_its_remedy_and_fails_the_command()
    {
        _daemon.Says("GET /v1/drift", new DriftReport([new DriftItem("acl", "coi-x-1", "nothing", "it serves nobody", "it is removed")]), ContractsJson.Default.DriftReport);
        var said = await _daemon.Caller.RunAsync("doctor", "--drift");
        Assert.Equal((1, "  acl coi-x-1\n    Wanted: nothing\n    Found: it serves nobody\n    At the next comparison: it is removed\n"), (said.ExitCode, said.Out));

        _daemon.Says("GET /v1/drift", new DriftReport([]), ContractsJson.Default.DriftReport);
        Assert.Equal(0, (await _daemon.Caller.RunAsync("doctor", "--drift", "--format=json")).ExitCode);
    }

    [Fact]
    public async Task The_status_says_what_the_last_comparison_found_and_what_was_given_up()
    {
        _daemon.Says(
            "GET /v1/status",
            Status() with
            {
                ReconciledAt = DateTimeOffset.UnixEpoch,
                ReconciledWhy = "it is time again",
                Reconciled = new ReconciledCounts(2, 1),
                Reconciliation = ["coi-x-1 is gone"],
                JournalProblem = new Problem("journal.failed", "the journal cannot be written: disk full", "Free space"),
                JournalsSetAside = ["/h/journal.db.damaged-20260201-100000"],
                Failed = [new FailedContainer("coi-x-2", new Problem("slot.failed", "it broke", "coi recover coi-x-2"))],
            },
            ContractsJson.Default.DaemonStatus);
        var said = (await _daemon.Caller.RunAsync("daemon", "status")).Out;
        foreach (var expected in new[] { "because it is time again: 2 in the journal, 1 in Incus", "coi-x-1 is gone", "disk full", "damaged-20260201", "coi-x-2: it broke (coi recover coi-x-2)" })
            Assert.Contains(expected, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recovery_says_what_became_of_the_container()
    {
        _daemon.Answers("POST /v1/containers/coi-x-1/recover", new RecoveredContainer("coi-x-1", Exists: true), ContractsJson.Default.RecoveredContainer);
        Assert.Equal("  ✓ Recovered coi-x-1\n", (await _daemon.Caller.RunAsync("recover", "coi-x-1")).Out);
        _daemon.Answers("POST /v1/containers/coi-x-1/recover", new RecoveredContainer("coi-x-1", Exists: false), ContractsJson.Default.RecoveredContainer);
        Assert.Contains("its session is saved", (await _daemon.Caller.RunAsync("recover", "coi-x-1")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_notice_of_the_daemon_is_shown_to_a_person()
    {
        _daemon.Server.Routes["GET /v1/list"] = async context =>
        {
            Assert.Equal("1", context.Request.Headers[Protocol.TalksHeader]);
            context.Response.Headers[Protocol.NoticeHeader] = Uri.EscapeDataString("the journal in /hömé was damaged");
            await context.Response.Body.WriteAsync("""{"containers":[]}"""u8.ToArray());
        };
        Assert.Contains("warning: the journal in /hömé was damaged\n", (await _daemon.Caller.RunAsync("list")).Error, StringComparison.Ordinal);
    }

    private static DaemonStatus Status() => new()
    {
        Version = ProgramVersion.Number,
        Pid = 1,
        StartedAt = DateTimeOffset.UnixEpoch,
        Home = "/h",
        Journal = "/h/journal.db",
        Log = "/h/logs/coid.log",
        Containers = 0,
        ResidentBytes = 0,
    };
}
