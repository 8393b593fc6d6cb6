using Coi.Contracts;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Coi.Cli.Tests.Daemons;

public sealed class DaemonClientSpecs : IAsyncLifetime
{
    private readonly DaemonFixture _daemon = new();

    public Task InitializeAsync() => _daemon.StartAsync();

    public Task DisposeAsync() => _daemon.DisposeAsync().AsTask();

    [Fact]
    public async Task Every_request_carries_our_version_and_the_one_host_that_is_accepted()
    {
        _daemon.Containers();
        Assert.Equal(0, (await _daemon.Caller.RunAsync("list")).ExitCode);
        var seen = Assert.Single(_daemon.Server.Requests);
        Assert.Equal("coid", seen.Host);
        Assert.Matches(@"^\d+\.\d+\.\d+$", seen.Version);
    }

    [Fact]
    public async Task A_refusal_is_said_with_its_hint()
    {
        _daemon.Says("GET /v1/list", new Problem("incus.denied", "no permission on the Incus socket", "usermod -aG incus-admin $USER"), ContractsJson.Default.Problem, 503);
        var said = await _daemon.Caller.RunAsync("list");
        Assert.Equal(new Said(1, "", "error: no permission on the Incus socket\nhint: usermod -aG incus-admin $USER\n"), said);
    }

    [Theory]
    [InlineData("<html>", 500, "coid answered 500 while listing containers")]
    [InlineData("", 502, "coid answered 502 while listing containers")]
    [InlineData("{\"containers\":", 200, "coid's answer while listing containers cannot be read")]
    [InlineData("null", 200, "coid's answer while listing containers cannot be read")]
    public async Task An_answer_that_makes_no_sense_is_said_to_make_none(string body, int status, string error)
    {
        _daemon.Server.Routes["GET /v1/list"] = context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body);
        };
        var said = await _daemon.Caller.RunAsync("list");
        Assert.Equal(1, said.ExitCode);
        Assert.StartsWith("error: " + error, said.Error, StringComparison.Ordinal);
        Assert.Equal(2, said.ErrorLines.Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_daemon_that_dies_in_the_middle_of_a_stream_is_not_taken_for_a_success(bool abruptly)
    {
        _daemon.Server.Routes["POST /v1/containers/kill"] = async context =>
        {
            await context.Response.WriteAsync("{\"progress\":{\"step\":\"stop\",\"message\":\"Stopping x\"}}\n");
            await context.Response.Body.FlushAsync();
            if (abruptly) context.Abort();
        };
        var said = await _daemon.Caller.RunAsync("kill", "x");
        Assert.Equal(1, said.ExitCode);
        Assert.Contains("error: coid went away while ending 1 container(s)", said.Error, StringComparison.Ordinal);
        if (!abruptly) Assert.Contains("Stopping x\n", said.Error, StringComparison.Ordinal); // an abort may take with it what was on its way
    }

    [Fact]
    public async Task Off_a_terminal_progress_is_one_plain_line_a_step()
    {
        _daemon.Answers(
            "POST /v1/builds", new BuiltImage { Alias = "coi", VersionAlias = "coi-20260131-100000", Fingerprint = "0f3c", Skipped = false }, ContractsJson.Default.BuiltImage,
            new StreamLine { Progress = new Progress("base", "Making the base") },
            new StreamLine { Progress = new Progress("base", "Making the base", 50) },
            new StreamLine { Log = "Get:1 …" },
            new StreamLine { Progress = new Progress("publish", "Publishing") });
        var said = await _daemon.Caller.RunAsync("build", "--force", "--base=debian");
        Assert.Equal(0, said.ExitCode);
        Assert.Matches(@"^\[\d\.\d s\] Making the base\nGet:1 …\n\[\d\.\d s\] Publishing\n$", said.Error);
        Assert.Contains("Image 'coi' is built\n  Version alias:  coi-20260131-100000\n  Fingerprint:    0f3c\n", said.Out, StringComparison.Ordinal);
        Assert.Contains("\"force\":true,\"base\":\"debian\"", _daemon.Server.Requests.Last().Body, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', said.Error);
    }

    [Fact]
    public async Task An_image_that_exists_is_left_alone_with_a_word_that_scripts_look_for()
    {
        _daemon.Answers("POST /v1/builds", new BuiltImage { Alias = "coi", Skipped = true }, ContractsJson.Default.BuiltImage);
        var said = await _daemon.Caller.RunAsync("build");
        Assert.Equal(0, said.ExitCode);
        Assert.Contains("already exists", said.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_status_is_shown_and_what_is_wrong_with_incus()
    {
        _daemon.Says(
            "GET /v1/status",
            new DaemonStatus
            {
                Version = "0.1.0",
                Pid = 7,
                StartedAt = DateTimeOffset.UnixEpoch,
                Home = "/h",
                Journal = "/h/j",
                Log = "/h/l",
                Containers = 2,
                ResidentBytes = 90 << 20,
                IncusProblem = new Problem("incus.denied", "no permission", "usermod"),
                Reconciliation = ["adopted x", "removed y"],
            },
            ContractsJson.Default.DaemonStatus);
        var said = await _daemon.Caller.RunAsync("daemon", "status");
        Assert.Equal(0, said.ExitCode);
        foreach (var part in new[] { "coid is running", "Process:     7", "90 MiB", "does not answer", "no permission", "usermod", "adopted x", "removed y" })
            Assert.Contains(part, said.Out, StringComparison.Ordinal);
    }
}
