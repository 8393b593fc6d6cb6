using System.Diagnostics;
using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Images;

/// <summary>Builds from the image that is there, in an Incus project of the test's own, so that the machine's image stays as it is.</summary>
public sealed class BuildSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private ImageProject? _project;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _project = await ImageProject.CreateAsync(Coi);
    }

    public override async Task DisposeAsync()
    {
        try
        {
            await base.DisposeAsync();
        }
        finally
        {
            if (_project is not null) await _project.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_image_that_exists_is_not_built_again()
    {
        var start = Stopwatch.GetTimestamp();

        Assert.Contains("already exists", await Coi.OutputAsync("build"), StringComparison.Ordinal);

        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_base_that_does_not_exist_leaves_everything_as_it_was()
    {
        var refused = await Coi.RunAsync("build", "--force", "--base", "there-is-no-such-base");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("there-is-no-such-base", refused.Error, StringComparison.Ordinal);
        Assert.Empty(await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix));
        Assert.Equal(["base", "coi"], await _project!.AliasesAsync());
    }

    [Fact]
    public async Task Ctrl_C_ends_a_build_and_everyone_who_waits_for_it_and_leaves_nothing()
    {
        await using var terminal = await HostTerminal.OpenAsync(Coi);
        await terminal.RunCoiAsync("build --force --base base");
        await Eventually.IsTrueAsync("waiting for the build's container", TimeSpan.FromSeconds(60), async () => (await ContainersAsync()).Count > 0);
        var second = Coi.RunAsync("build", "--force", "--base", "base");
        await Task.Delay(1000);
        Assert.Single(await ContainersAsync()); // the second joined the first
        await HasItsPolicyAsync();

        await terminal.PressAsync("C-c");

        await terminal.ShowsAsync("exit=130", 60);
        var joined = await second;
        Assert.Equal(1, joined.ExitCode);
        Assert.Contains("cancel", joined.Error, StringComparison.Ordinal);
        await Coi.NothingIsLeftAsync(seconds: 60);
        Assert.Equal(["base", "coi"], await _project!.AliasesAsync());
    }

    [Fact]
    public async Task A_daemon_that_is_killed_while_building_leaves_what_the_next_one_removes()
    {
        var building = Coi.RunAsync("build", "--force", "--base", "base");
        await Eventually.IsTrueAsync("waiting for the build's container", TimeSpan.FromSeconds(60), async () => (await ContainersAsync()).Count > 0);

        await Coi.KillDaemonAsync();

        Assert.Equal(1, (await building).ExitCode);
        await Coi.ListAsync();
        await Coi.NothingIsLeftAsync(60);
        Assert.Equal(["base", "coi"], await _project!.AliasesAsync());
    }

    // The policy is there before the network, so a network that is there has it.
    private async Task HasItsPolicyAsync()
    {
        IReadOnlyList<string> networks = [];
        await Eventually.IsTrueAsync("waiting for the build's network", TimeSpan.FromSeconds(60), async () =>
            (networks = [.. (await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix)).Where(thing => thing.StartsWith("networks/", StringComparison.Ordinal))]).Count > 0);
        var network = await Coi.Incus.NetworkAsync(Assert.Single(networks)["networks/".Length..]);
        var acl = await Coi.Incus.AclAsync((string?)network!["config"]!["security.acls"] ?? "");
        Assert.Contains("192.168.0.0/16", acl!["egress"]!.AsArray().Where(rule => (string?)rule!["action"] == "reject").Select(rule => (string?)rule!["destination"]));
    }

    private async Task<IReadOnlyList<string>> ContainersAsync() =>
        [.. (await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix)).Where(b => b.StartsWith("instances/", StringComparison.Ordinal))];
}
