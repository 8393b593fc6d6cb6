using System.Collections.Immutable;
using Coi.Domain.Configuration;
using Xunit;

namespace Coi.Domain.Tests.Configuration;

public sealed class ProfileSpecs
{
    [Fact]
    public void A_profile_becomes_the_keys_that_it_stands_for()
    {
        var settings = Settings(("profiles.rust.image", "coi-rust"), ("profiles.rust.environment.RUST_BACKTRACE", "1"), ("profiles.go.image", "coi-go"));

        var profile = Profiles.Layer(settings, "rust")!;

        Assert.Equal(["defaults.image", "environment.RUST_BACKTRACE"], profile.Keys);
        Assert.Equal(Layer.Profile, profile["defaults.image"].Origin.Layer);
        Assert.Equal("file:7", profile["defaults.image"].Origin.ToString());
    }

    [Fact]
    public void A_profile_that_nobody_defined_is_none()
    {
        var settings = Settings(("profiles.rust.image", "coi-rust"));

        Assert.Null(Profiles.Layer(settings, "rus"));
        Assert.Equal(["rust"], Profiles.Names(settings));
    }

    [Fact]
    public void A_profile_takes_what_it_leaves_out_from_those_that_it_inherits()
    {
        var settings = Settings(
            ("profiles.base.image", "base"), ("profiles.base.network", "allowlist"), ("profiles.base.environment.A", "1"),
            ("profiles.middle.inherits", "base"), ("profiles.middle.image", "middle"),
            ("profiles.top.inherits", "middle"), ("profiles.top.environment.A", "2"));

        var layer = Profiles.Layer(settings, "top")!;

        Assert.Equal(["defaults.image", "environment.A", "network.mode"], layer.Keys);
        Assert.Equal(["\"middle\"", "\"2\"", "\"allowlist\""], layer.Values.Select(setting => setting.Value.ToString()));
        Assert.Empty(Profiles.Check(settings));
    }

    [Fact]
    public void Profiles_that_inherit_each_other_in_a_circle_are_refused()
    {
        var settings = Settings(("profiles.a.inherits", "b"), ("profiles.b.inherits", "c"), ("profiles.c.inherits", "a"), ("profiles.d.inherits", "a"));

        var problems = Profiles.Check(settings);

        Assert.Equal(["profiles.a.inherits", "profiles.b.inherits", "profiles.c.inherits"], problems.Select(problem => problem.Key));
        Assert.Equal("profile a inherits b inherits c inherits a", problems[0].Cause);
        Assert.All(problems, problem => Assert.Equal("config.profile_cycle", problem.Code));
        Assert.NotNull(Profiles.Layer(settings, "d"));
    }

    [Fact]
    public void A_profile_that_inherits_itself_is_refused() =>
        Assert.Equal("profile a inherits a", Assert.Single(Profiles.Check(Settings(("profiles.a.inherits", "a")))).Cause);

    [Fact]
    public void A_profile_that_inherits_nothing_known_is_refused_with_those_that_exist()
    {
        var problem = Assert.Single(Profiles.Check(Settings(("profiles.a.inherits", "bse"), ("profiles.base.image", "x"))));

        Assert.Equal("file:7:1: profile a inherits 'bse', which is not defined", problem.ToFailure().Message);
        Assert.Equal("there are base", problem.Suggestion);
    }

    private static ImmutableSortedDictionary<string, Setting> Settings(params (string Key, string Value)[] values) =>
        values.ToImmutableSortedDictionary(pair => pair.Key, pair => new Setting(new ConfigurationValue.Text(pair.Value), new Origin(Layer.User, "file", 7, 1)), StringComparer.Ordinal);
}
