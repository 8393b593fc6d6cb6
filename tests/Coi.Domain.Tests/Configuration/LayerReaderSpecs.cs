using Coi.Domain.Configuration;
using Xunit;
using static Coi.Domain.Configuration.ConfigurationValue;

namespace Coi.Domain.Tests.Configuration;

public sealed class LayerReaderSpecs
{
    [Theory]
    [InlineData("defaults.immage", "defaults.image")]
    [InlineData("netwrk.mode", "network.mode")]
    [InlineData("mode", "network.mode")]
    [InlineData("defaults.block_private_networks", "network.block_private_networks")]
    [InlineData("network.allowed_domain", "network.allowed_domains")]
    [InlineData("profiles.rust.imgae", "profiles.rust.image")]
    [InlineData("profiles.rust.defaults.image", "profiles.rust.image")]
    [InlineData("image", "defaults.image")]
    [InlineData("imge", "defaults.image")]
    [InlineData("persistant", "defaults.persistent")]
    public void An_unknown_key_is_refused_with_the_nearest_known_one(string key, string nearest)
    {
        var problem = Assert.Single(Read(key, new Text("x")));

        Assert.Equal("config.unknown_key", problem.Code);
        Assert.Equal(key, problem.Key);
        Assert.Equal($"did you mean {nearest}?", problem.Suggestion);
    }

    [Fact]
    public void A_key_that_is_like_nothing_is_refused_without_a_guess() =>
        Assert.Contains("docs/configuration.md", Assert.Single(Read("telemetry.endpoint", new Text("x"))).Suggestion);

    [Fact]
    public void What_only_the_environment_sets_is_refused_in_a_file() =>
        Assert.Contains("COI_CONTAINER_PREFIX", Assert.Single(Read("container_prefix", new Text("x-"))).Suggestion);

    public static TheoryData<string, ConfigurationValue, string> Wrong => new()
    {
        { "defaults.persistent", new Text("true"), "defaults.persistent must be true or false, not a string" },
        { "defaults.image", new Flag(true), "defaults.image must be a string, not a boolean" },
        { "defaults.max_slots", new Number(0), "defaults.max_slots must be between 1 and 99, not 0" },
        { "defaults.max_slots", new Other("a number with a fraction"), "defaults.max_slots must be a whole number, not a number with a fraction" },
        { "network.mode", new Text("closed"), "network.mode must be one of restricted, allowlist, open, not 'closed'" },
        { "network", new Text("open"), "network is a table, not a string" },
        { "network.allowed_domains", new TextList(["github.com", "*.github.com"]), "network.allowed_domains cannot be used: '*.github.com' has a wildcard; each name must be listed" },
        { "network.subnet_pool", new Text("10.213.1.0/16"), "network.subnet_pool cannot be used: '10.213.1.0/16' does not begin at the range's first address; write 10.213.0.0/16" },
        { "limits.memory", new Number(4), "limits.memory must be a size such as \"4GiB\", not a whole number" },
        { "limits.memory", new Text("4096"), "limits.memory cannot be used: '4096' is not a size such as 512MiB or 4GiB" },
        { "limits.memory", new Text("4 KiB"), "limits.memory cannot be used: '4 KiB' is too little; a container needs at least 64MiB" },
        { "limits.cpu", new Number(-1), "limits.cpu must be between 0 and 4096, not -1" },
        { "limits.processes", new Number(5), "limits.processes cannot be used: a container needs at least 64" },
        { "limits.max_duration", new Text("1m1h"), "limits.max_duration cannot be used: '1m1h' is not a duration such as 90s, 30m or 1h30m, of at most 365d" },
        { "profiles.x.limits.disk", new Text("lots"), "profiles.x.limits.disk cannot be used: 'lots' is not a size such as 512MiB or 4GiB" },
        { "security.protected_paths", new TextList(["../x"]), "security.protected_paths cannot be used: '../x' is not a plain path below the workspace" },
        { "mounts", new Text("~"), "mounts must be a list of tables with host and container, not a string" },
        { "mounts", new Mount("data", "/data", false), "mounts.host cannot be used: 'data' is neither absolute nor below ~" },
        { "mounts", new Mount("~/data", "data", false), "mounts.container cannot be used: 'data' is not an absolute path" },
        { "mounts", new Mount("~/data", "/data/../etc", false), "mounts.container cannot be used: '/data/../etc' is not a plain path" },
        { "mounts", new Mount("~/data", "/", false), "mounts.container cannot be used: nothing can be mounted over /" },
        { "environment.A-B", new Text("x"), "'A-B' cannot be the name of an environment variable" },
        { "profiles.a b.image", new Text("x"), "'a b' is not a name of letters, digits, dashes and underscores" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_value_is_refused_with_the_reason(string key, ConfigurationValue value, string cause) =>
        Assert.Equal(cause, Assert.Single(Read(key, value)).Cause);

    [Theory]
    [InlineData("512MiB", 512L << 20)]
    [InlineData("2 GB", 2_000_000_000L)]
    [InlineData("0", 0L)]
    [InlineData("1gib", null)]
    [InlineData("1.5GiB", null)]
    [InlineData("99999999999TiB", null)]
    [InlineData("-1GiB", null)]
    [InlineData("", null)]
    public void Sizes_have_a_unit(string text, long? bytes) => Assert.Equal(bytes, Quantities.Size(text));

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("1h30m", 5400)]
    [InlineData("1d", 86400)]
    [InlineData("0", 0)]
    [InlineData("30", null)]
    [InlineData("1m1m", null)]
    [InlineData("400d", null)]
    [InlineData("1h ", null)]
    [InlineData("", null)]
    public void Durations_have_units_from_the_greatest_to_the_least(string text, int? seconds) =>
        Assert.Equal(seconds is { } s ? TimeSpan.FromSeconds(s) : null, Quantities.Duration(text));

    [Theory]
    [InlineData("github.com", true)]
    [InlineData("8.8.8.8", true)]
    [InlineData("10.1.0.0/16", true)]
    [InlineData("a_b.example.org.", true)]
    [InlineData("https://github.com", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("300.1.1.1", false)]
    [InlineData("-a.com", false)]
    [InlineData("a..com", false)]
    [InlineData("", false)]
    [InlineData("0.0.0.0/0", false)]
    public void Allowed_domains_are_names_or_addresses(string entry, bool valid) =>
        Assert.Equal(valid, Read("network.allowed_domains", new TextList([entry])).Length == 0);

    [Fact]
    public void Every_built_in_value_passes_its_own_check() => Assert.All(
        ConfigurationKeys.All.Where(key => key.Default is not null),
        key => Assert.Empty(LayerReader.Read([new RawSetting(key.Parts, key.Default!, new Origin(Layer.Environment, "X"))]).Problems));

    [Fact]
    public void Each_key_and_each_variable_is_there_once()
    {
        Assert.Equal(ConfigurationKeys.All.Length, ConfigurationKeys.All.Select(key => key.Name).Distinct().Count());
        var variables = ConfigurationKeys.All.Where(key => key.Variable is not null).Select(key => key.Variable).ToList();
        Assert.Equal(variables.Count, variables.Distinct().Count());
    }

    private static System.Collections.Immutable.ImmutableArray<ConfigurationProblem> Read(string key, ConfigurationValue value) =>
        LayerReader.Read([new RawSetting(key.Split('.'), value, new Origin(Layer.User, "/f", 3, 1))]).Problems;
}
