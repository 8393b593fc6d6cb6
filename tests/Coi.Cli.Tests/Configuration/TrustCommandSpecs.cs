using System.Text.Json;
using Coi.Contracts;
using Xunit;

namespace Coi.Cli.Tests.Configuration;

public sealed class TrustCommandSpecs : IAsyncLifetime
{
    private static readonly ProjectFileReport Project = new()
    {
        File = "/w/.coi.toml",
        Sha256 = "abc",
        Trust = "untrusted",
        Loosens = [new LoosenedSetting { Key = "network.mode", Toml = "\"open\"", InForce = "\"restricted\"", Line = 2, Column = 1 }],
    };

    private readonly DaemonFixture _daemon = new();

    public async Task InitializeAsync()
    {
        await _daemon.StartAsync();
        _daemon.Says("POST /v1/trust/inspect", Project, ContractsJson.Default.ProjectFileReport);
        _daemon.Says("POST /v1/trust", Project with { Trust = "trusted" }, ContractsJson.Default.ProjectFileReport);
    }

    public Task DisposeAsync() => _daemon.DisposeAsync().AsTask();

    [Fact]
    public async Task What_was_shown_is_what_is_trusted()
    {
        var said = await _daemon.Caller.RunAsync("trust", "/w/.coi.toml");

        Assert.Equal(0, said.ExitCode);
        Assert.Contains("  line 2: network.mode = \"open\"   (without it \"restricted\")\n", said.Out, StringComparison.Ordinal);
        var request = JsonSerializer.Deserialize(_daemon.Server.Requests.Last().Body, ContractsJson.Default.TrustProjectRequest)!;
        Assert.Equal(("/w", "abc"), (request.Workspace, request.Sha256));
    }

    [Fact]
    public async Task On_a_terminal_only_a_y_trusts()
    {
        _daemon.Caller.OnTerminal = true;
        _daemon.Caller.Input = "n\n";
        Assert.EndsWith("Cancelled.\n", (await _daemon.Caller.RunAsync("trust")).Out, StringComparison.Ordinal);
        Assert.DoesNotContain(_daemon.Server.Requests, request => request.Path == "/v1/trust");
        _daemon.Caller.Input = "y\n";
        Assert.Contains("Trusted /w/.coi.toml", (await _daemon.Caller.RunAsync("trust")).Out, StringComparison.Ordinal);
        Assert.DoesNotContain("[y/N]", (await _daemon.Caller.RunAsync("trust", "--force")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_changed_in_that_moment_is_refused()
    {
        _daemon.Says("POST /v1/trust", new Problem("trust.changed", "/w/.coi.toml was changed in this moment; it is not trusted", "look at it again"), ContractsJson.Default.Problem, 409);

        var said = await _daemon.Caller.RunAsync("trust");

        Assert.Equal(1, said.ExitCode);
        Assert.Contains("error: /w/.coi.toml was changed", said.Error, StringComparison.Ordinal);
    }
}
