using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Containers;

/// <summary>What people do to coi's containers with Incus' own tools.</summary>
public sealed class BehindCoisBackSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    [Fact]
    public async Task A_renamed_container_is_its_new_owners_without_network_and_its_slot_is_free()
    {
        var name = await Coi.StartAsync("--persistent");
        await IncusView.PoweroffAsync(name);
        await Coi.IsKeptAsync(name);
        var renamed = $"{Coi.Prefix}mine";

        await Shell.OutputAsync("incus", "rename", name, renamed);

        try
        {
            await Eventually.IsTrueAsync("waiting until the slot is free", TimeSpan.FromSeconds(30), async () => !(await Coi.ListAsync()).Names.Any());
            Assert.Null((await Coi.Incus.InstanceAsync(renamed))?["devices"]?["eth0"]);
            Assert.Single((await Coi.ListAsync()).Sessions);
            Assert.Contains("deleted or renamed in Incus by somebody else", await Coi.OutputAsync("why", name), StringComparison.Ordinal);
            Assert.Equal(name, await Coi.StartAsync("--resume"));
            Assert.Contains(renamed, (await Coi.RunAsync("doctor", "--drift")).Output, StringComparison.Ordinal);
        }
        finally
        {
            await Shell.OutputAsync("incus", "delete", "--force", renamed);
        }
    }

    [Fact]
    public async Task Drift_is_shown_and_not_touched_and_the_next_comparison_mends_it()
    {
        var name = await Coi.StartAsync();
        Assert.Equal("Incus has what coi wants, and nothing else of coi's.\n", await Coi.OutputAsync("doctor", "--drift"));
        var bridge = (string?)(await Coi.Incus.InstanceAsync(name))?["devices"]?["eth0"]?["network"] ?? "";
        await IncusView.ChangeNetworkAsync("unset", bridge, "security.acls");

        var drift = await Coi.RunAsync("doctor", "--drift");

        Assert.Equal(1, drift.ExitCode);
        Assert.Contains($"policy {name}", drift.Output, StringComparison.Ordinal);
        Assert.Equal("", await AclsAsync(bridge));
        await Coi.OutputAsync("daemon", "stop");
        await Coi.OutputAsync("daemon", "start");
        await Eventually.IsTrueAsync("waiting until the policy is back", TimeSpan.FromSeconds(30), async () => await AclsAsync(bridge) != "");
        Assert.Contains("the policy is put in force again", await Coi.OutputAsync("daemon", "status"), StringComparison.Ordinal);
        Assert.Equal(0, (await Coi.RunAsync("doctor", "--drift")).ExitCode);
    }

    [Fact]
    public async Task The_doctor_finds_a_healthy_machine_healthy_and_an_image_that_is_missing_missing()
    {
        var well = await Coi.RunAsync("doctor");
        Assert.Equal(0, well.ExitCode);
        foreach (var check in new[] { "version", "configuration", "home", "space", "journal", "incus", "owners", "pool", "image", "subnets", "firewall", "reconciliation" })
            Assert.Contains($" {check}:", well.Output, StringComparison.Ordinal);

        Coi.Configure("defaults.image = \"never-built\"\n");

        var ill = await Coi.RunAsync("doctor");
        Assert.Equal(1, ill.ExitCode);
        Assert.Contains("✗ image:", ill.Output, StringComparison.Ordinal);
    }

    private async Task<string> AclsAsync(string bridge) => (string?)(await Coi.Incus.NetworkAsync(bridge))?["config"]?["security.acls"] ?? "";
}
