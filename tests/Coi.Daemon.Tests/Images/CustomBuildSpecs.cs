using Coi.Contracts;
using Xunit;

namespace Coi.Daemon.Tests.Images;

[Trait("Needs", "Incus")]
[Collection(BuildBench.Collection)]
public sealed class CustomBuildSpecs : IAsyncLifetime
{
    private readonly BuildBench _bench = new();

    public Task InitializeAsync() => _bench.InitializeAsync();

    public Task DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task The_script_is_run_by_what_its_first_line_names_and_is_not_in_the_image()
    {
        var alias = _bench.NewAlias();
        var built = await _bench.BuildCustomAsync(alias, "#!/usr/bin/perl\nprint 'perl ', 6 * 7, \"\\n\"; open F, '>', '/etc/made'; print F 'x'; close F;");

        Assert.Contains("perl 42", _bench.Lines);
        var image = await _bench.Incus.Images.FindAsync(built.Fingerprint!);
        Assert.StartsWith($"Custom image: {alias} (Debian ", image?.Properties["description"], StringComparison.Ordinal);

        // From what was made: the file is there, the build's own are not, and the machine has no identity yet.
        _bench.Lines.Clear();
        await _bench.BuildCustomAsync(_bench.NewAlias(), "cat /etc/made; ls /opt/coi-build/own", from: alias);
        Assert.Contains("xsetup", _bench.Lines);
        await _bench.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task A_script_that_fails_is_told_with_its_last_line_and_its_exit_code()
    {
        var alias = _bench.NewAlias();
        var problem = (await Assert.ThrowsAsync<ProblemException>(() => _bench.BuildCustomAsync(alias, "echo one; echo 'the last words' >&2; exit 7"))).Problem;

        Assert.Equal("Running setup: the last words (exit code 7)", problem.Message);
        Assert.Contains("one", _bench.Lines);
        Assert.Null(await _bench.Incus.Images.FindAliasAsync(alias));
        await _bench.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task A_forced_build_tells_of_the_versions_that_stay()
    {
        var alias = _bench.NewAlias();
        var first = await _bench.BuildCustomAsync(alias, "date >/etc/one");
        Assert.Empty(first.OlderVersions);

        var second = await _bench.BuildCustomAsync(alias, "date >/etc/two", force: true);

        Assert.Equal(first.VersionAlias, Assert.Single(second.OlderVersions).Alias);
        Assert.Null(second.OlderVersions[0].Why);
    }
}
