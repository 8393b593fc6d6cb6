using Coi.Incus;
using Xunit;

namespace Coi.Daemon.Tests.Images;

[Trait("Needs", "Incus")]
[Collection(BuildBench.Collection)]
public sealed class ImageBuildFailureSpecs : IAsyncLifetime
{
    private readonly BuildBench _bench = new();

    public Task InitializeAsync() => _bench.InitializeAsync();

    public Task DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_failing_script_is_reported_in_its_own_words_and_nothing_is_left()
    {
        var alias = _bench.NewAlias();
        var problem = await _bench.FailAsync(alias, "echo '::step pack|Packing things'; echo 'E: Unable to locate package nothing' >&2; echo later; exit 100");

        Assert.Equal("build.script", problem.Code);
        Assert.Equal("Packing things: E: Unable to locate package nothing (exit code 100)", problem.Message);
        Assert.Contains("build-im-test", problem.Hint, StringComparison.Ordinal);
        Assert.Null(await _bench.Incus.Images.FindAliasAsync(alias));
        await _bench.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task A_script_may_give_a_reason_of_its_own()
    {
        var problem = await _bench.FailAsync(_bench.NewAlias(), "echo '::fail build.base|this base is too old'; exit 1");

        Assert.Equal(("build.base", "Running base.sh: this base is too old"), (problem.Code, problem.Message));
    }

    [Fact]
    public async Task A_cancelled_build_ends_soon_and_leaves_nothing()
    {
        var alias = _bench.NewAlias();
        using var cancellation = new CancellationTokenSource();
        var failing = _bench.FailAsync(alias, "echo marker; sleep 600", cancellationToken: cancellation.Token);
        await _bench.SawMarker.Task.WaitAsync(TimeSpan.FromMinutes(2));
        await cancellation.CancelAsync();

        var problem = await failing.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal("build.cancelled", problem.Code);
        Assert.Null(await _bench.Incus.Images.FindAliasAsync(alias));
        await _bench.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task A_step_that_takes_too_long_is_named()
    {
        var problem = await _bench.FailAsync(
            _bench.NewAlias(), "echo '::step quick|Being quick'; sleep 2; echo '::step slow|Waiting for nothing'; sleep 600",
            _bench.Options with { StepTimeout = TimeSpan.FromSeconds(5) });

        Assert.Equal("build.timeout: Waiting for nothing: took longer than 0.1 min", $"{problem.Code}: {problem.Message}");
        await _bench.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task A_base_image_that_does_not_exist_is_named()
    {
        var problem = await _bench.FailAsync(_bench.NewAlias(), "true", from: "im-no-such-image");

        Assert.Equal(("image.missing", "the base image 'im-no-such-image' does not exist"), (problem.Code, problem.Message));
        await _bench.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task A_full_disk_is_said_to_be_full_and_nothing_is_left()
    {
        await using var pool = await SmallPool.CreateAsync("im-full", "512m");
        var alias = _bench.NewAlias();
        var problem = await _bench.FailAsync(
            alias, "echo '::step fill|Filling the disk'; cat /dev/urandom > /opt/big", _bench.Options with { StoragePool = pool.Name });

        Assert.StartsWith("storage.full: Filling the disk: the disk is full (", $"{problem.Code}: {problem.Message}", StringComparison.Ordinal);
        Assert.Contains("No space left on device", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem.Message);
        Assert.Null(await _bench.Incus.Images.FindAliasAsync(alias));
        await _bench.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task What_a_killed_daemon_left_behind_is_removed_and_what_belongs_to_others_is_not()
    {
        var marks = new Dictionary<string, string> { ["user.coi.kind"] = "build", ["user.coi.home"] = _bench.Home };
        var foreign = new Dictionary<string, string>(marks) { ["user.coi.home"] = _bench.Home + "-other" };
        await _bench.Incus.NetworkAcls.CreateAsync(new NewNetworkAcl { Name = "im-left", Config = marks });
        await _bench.Incus.NetworkAcls.CreateAsync(new NewNetworkAcl { Name = "im-foreign", Config = foreign });
        try
        {
            await _bench.Incus.Networks.CreateAsync(new NewNetwork
            {
                Name = "im-left",
                Config = new Dictionary<string, string>(marks) { ["ipv4.address"] = "10.214.2.121/29", ["ipv6.address"] = "none", ["security.acls"] = "im-left" },
            });
            await _bench.Incus.Instances.CreateAsync(new NewInstance
            {
                Name = "im-left",
                Source = InstanceSource.FromAlias(BuildBench.BaseAlias),
                Profiles = ["default"],
                Config = marks,
                Devices = new Dictionary<string, IReadOnlyDictionary<string, string>>
                {
                    ["eth0"] = new Dictionary<string, string> { ["type"] = "nic", ["network"] = "im-left", ["name"] = "eth0" },
                },
                Start = true,
            });

            var removed = await new Coi.Daemon.Images.ImageBuilder(_bench.Incus, TimeProvider.System).RemoveLeftoversAsync(_bench.Home);

            Assert.Equal(["im-left", "im-left", "im-left (ACL)"], removed);
            await _bench.AssertNothingLeftAsync();
            Assert.NotNull(await _bench.Incus.NetworkAcls.FindAsync("im-foreign"));
        }
        finally
        {
            await _bench.Incus.NetworkAcls.DeleteAsync("im-foreign");
        }
    }
}
