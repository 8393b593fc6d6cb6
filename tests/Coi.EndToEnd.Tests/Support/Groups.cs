using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>Tests that give the machine the same further hosts and name server: one after the other, beside the rest.</summary>
[CollectionDefinition(Name)]
public sealed class SharedNeighbours
{
    /// <summary>What their classes say.</summary>
    public const string Name = "the same neighbours";
}

/// <summary>Tests that measure the machine, load it, or take Incus away from everybody: after all others, one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class WholeMachine
{
    /// <summary>What their classes say.</summary>
    public const string Name = "the whole machine";
}

/// <summary>Begins with the collection that takes longest, so that the others fill the time beside it.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    /// <inheritdoc />
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(collection => collection.DisplayName == SharedNeighbours.Name).ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);
}
