using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Configuration;

public sealed class TrustSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private string OtherImage => $"{Coi.Prefix}other";

    private string ProjectFile => Path.Combine(Coi.Workspace, ".coi.toml");

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await Shell.RunAsync("incus", ["image", "alias", "delete", OtherImage]);
    }

    [Fact]
    public async Task A_repository_that_mounts_the_home_opens_the_network_and_changes_the_image_gets_none_of_it_before_coi_trust()
    {
        await Shell.OutputAsync("incus", "image", "alias", "create", OtherImage, await FingerprintAsync());
        await File.WriteAllTextAsync(Path.Combine(Coi.UserHome, "secret"), "of the user");
        await WriteAsync();

        var untrusted = (await Coi.RunAsync("shell", "--background")).Succeeded();
        await HasNothingAsync(untrusted.Output.Trim());
        Assert.Contains($"{ProjectFile} is not trusted", untrusted.Error, StringComparison.Ordinal);
        Assert.Contains($"line 2: defaults.image = \"{OtherImage}\"", untrusted.Error, StringComparison.Ordinal);
        Assert.Contains("line 4: network.mode = \"open\"", untrusted.Error, StringComparison.Ordinal);
        Assert.Contains("line 7: mounts[/of-the-host] = { host = \"~\", container = \"/of-the-host\" }", untrusted.Error, StringComparison.Ordinal);
        Assert.Contains($"coi trust {Coi.Workspace}", untrusted.Error, StringComparison.Ordinal);
        await Coi.OutputAsync("kill", "--all", "--force");

        Assert.Contains("network.mode = \"open\"", await Coi.OutputAsync("trust"), StringComparison.Ordinal);
        var trusted = (await Coi.RunAsync("shell", "--background")).Succeeded();
        var name = trusted.Output.Trim();
        Assert.DoesNotContain("trust", trusted.Error, StringComparison.Ordinal);
        var container = Assert.Single((await Coi.ListAsync()).Containers);
        Assert.Equal((OtherImage, "open"), ((string?)container["image"], (string?)container["network"]));
        Assert.Equal("of the user", (await IncusView.ExecAsync(name, "cat", "/of-the-host/secret")).Output);
        await Coi.OutputAsync("kill", "--all", "--force");

        await WriteAsync("# a change\n");
        var changed = (await Coi.RunAsync("shell", "--background")).Succeeded();
        await HasNothingAsync(changed.Output.Trim());
        Assert.Contains("has changed since you trusted it", changed.Error, StringComparison.Ordinal);
    }

    private async Task HasNothingAsync(string name)
    {
        var container = Assert.Single((await Coi.ListAsync()).Containers);
        Assert.Equal(("coi", "restricted"), ((string?)container["image"], (string?)container["network"]));
        Assert.DoesNotContain("of-the-host", (await Coi.Incus.InstanceAsync(name))!.ToJsonString(), StringComparison.Ordinal);
        Assert.NotEqual(0, (await IncusView.ExecAsync(name, "test", "-e", "/of-the-host")).ExitCode);
    }

    private Task WriteAsync(string more = "") => File.WriteAllTextAsync(ProjectFile, $"""
        [defaults]
        image = "{OtherImage}"
        [network]
        mode = "open"
        [limits]
        processes = 5000
        [[mounts]]
        host = "~"
        container = "/of-the-host"
        {more}
        """);

    private static async Task<string> FingerprintAsync() =>
        (await Shell.OutputAsync("incus", "query", "/1.0/images/aliases/coi")).Split("\"target\": \"")[1].Split('"')[0];
}
