using System.Collections.Immutable;
using Coi.Domain.Network;
using Xunit;

namespace Coi.Domain.Tests.Network;

public sealed class ResolverConfigurationSpecs
{
    private static readonly ImmutableSortedDictionary<string, ImmutableArray<string>> Answers = new Dictionary<string, ImmutableArray<string>>
    {
        ["b.example"] = ["1.1.1.1", "2.2.2.2"],
        ["a.example"] = [],
    }.ToImmutableSortedDictionary();

    [Fact]
    public void Answers_in_the_configuration_name_each_address() =>
        Assert.Equal("no-hosts\nno-resolv\naddress=/#/\nhost-record=b.example,1.1.1.1\nhost-record=b.example,2.2.2.2", ResolverConfiguration.Written(Answers));

    [Fact]
    public void A_watched_directory_leaves_the_configuration_as_it_is_whatever_the_answers()
    {
        Assert.Equal("no-hosts\nno-resolv\naddress=/#/\nhostsdir=/names/c", ResolverConfiguration.Watched("/names/c"));
        Assert.Equal("1.1.1.1 b.example\n2.2.2.2 b.example\n", ResolverConfiguration.HostsFile(Answers));
    }

    [Fact]
    public void The_two_ways_are_told_apart()
    {
        Assert.True(ResolverConfiguration.IsWatching(ResolverConfiguration.Watched("/names/c")));
        Assert.False(ResolverConfiguration.IsWatching(ResolverConfiguration.Written(Answers)));
        Assert.False(ResolverConfiguration.IsWatching(null));
    }
}
