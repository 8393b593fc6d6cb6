using System.Text.RegularExpressions;
using Xunit;

namespace Coi.Daemon.Tests.Images;

[Trait("Needs", "Incus")]
[Collection(BuildBench.Collection)]
public sealed class ImageBuildSpecs : IAsyncLifetime
{
    private readonly BuildBench _bench = new();

    public Task InitializeAsync() => _bench.InitializeAsync();

    public Task DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_build_gives_the_image_its_alias_and_a_version_alias_and_leaves_nothing_else()
    {
        var alias = _bench.NewAlias();
        var built = await _bench.BuildAsync(alias, """
            echo '::step first|Doing the first thing'
            echo 'a line of output'
            echo '::property user.coi.colour|blue'
            echo made > /etc/made-by-the-test
            """);

        Assert.False(built.Skipped);
        Assert.Matches(new Regex($"^{alias}-\\d{{8}}-\\d{{6}}$"), built.VersionAlias);
        Assert.Equal(built.Fingerprint, (await _bench.Incus.Images.FindAliasAsync(alias))?.Target);
        Assert.Equal(built.Fingerprint, (await _bench.Incus.Images.FindAliasAsync(built.VersionAlias!))?.Target);
        var image = await _bench.Incus.Images.FindAsync(built.Fingerprint!);
        Assert.Equal("blue", image?.Properties["user.coi.colour"]);
        Assert.Equal("Debian", image?.Properties["os"]);
        Assert.Contains(_bench.Steps, s => s is { Step: "first", Message: "Doing the first thing" });
        Assert.Contains("a line of output", _bench.Lines);
        var log = await File.ReadAllTextAsync(built.LogPath!);
        Assert.Contains("a line of output", log, StringComparison.Ordinal);
        Assert.Matches(new Regex("\\d+\\.\\d s  first"), log);
        await _bench.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task An_alias_that_exists_is_left_alone_unless_the_build_is_forced()
    {
        var alias = _bench.NewAlias();
        var first = await _bench.BuildAsync(alias, "true");

        var skipped = await _bench.BuildAsync(alias, "exit 1");
        Assert.True(skipped.Skipped);

        await Task.Delay(TimeSpan.FromSeconds(1)); // a version alias has a resolution of one second
        var second = await _bench.BuildAsync(alias, "date > /etc/second", force: true);
        Assert.NotEqual(first.Fingerprint, second.Fingerprint);
        Assert.Equal(second.Fingerprint, (await _bench.Incus.Images.FindAliasAsync(alias))?.Target);
        Assert.NotNull(await _bench.Incus.Images.FindAliasAsync(first.VersionAlias!));
    }

    [Fact]
    public async Task The_users_own_commands_run_at_the_end()
    {
        var alias = _bench.NewAlias();
        await _bench.BuildAsync(alias, "echo script > /etc/order", _bench.Options with { Commands = ["echo command >> /etc/order", "cat /etc/order"] });

        Assert.Equal(_bench.Lines.IndexOf("script") + 1, _bench.Lines.IndexOf("command"));
    }

    [Fact]
    public async Task Without_the_image_server_the_local_base_is_taken_and_that_is_said()
    {
        var alias = _bench.NewAlias();
        var built = await _bench.BuildAsync(alias, "true", _bench.Options with { Base = null });

        Assert.Contains($"local image {BuildBench.BaseAlias} (Debian", built.Base, StringComparison.Ordinal);
        Assert.Contains("because the public image server cannot be reached", built.Base, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_hosts_certificate_authorities_are_carried_in()
    {
        var directory = Directory.CreateDirectory(Path.Combine(_bench.Home, "ca"));
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "proxy.crt"), TestCertificate.Pem());
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "notes.txt"), "not a certificate");
        await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(directory.FullName, "lab")).FullName, "proxy.pem"), TestCertificate.Pem("another"));
        File.CreateSymbolicLink(Path.Combine(directory.FullName, "gone.crt"), "/no/such.crt");

        await _bench.BuildAsync(_bench.NewAlias(), """
            ls /usr/local/share/ca-certificates
            update-ca-certificates 2>&1
            openssl verify /usr/local/share/ca-certificates/host-proxy.crt
            """, _bench.Options with { HostCaDirectories = [directory.FullName] });

        Assert.Contains("host-proxy.crt", _bench.Lines);
        Assert.Contains("host-lab-proxy.crt", _bench.Lines);
        Assert.Contains(_bench.Lines, l => l.Contains("cannot be read and is left out", StringComparison.Ordinal) && l.Contains("gone.crt", StringComparison.Ordinal));
        Assert.Contains(_bench.Lines, l => l.EndsWith("host-proxy.crt: OK", StringComparison.Ordinal));
    }
}
