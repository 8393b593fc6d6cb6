using Coi.EndToEnd.Tests.Support;
using Xunit;

// Each test has a coi of its own, so classes run beside one another. Two at a time fill two processors.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
[assembly: TestCollectionOrderer("Coi.EndToEnd.Tests.Support." + nameof(LongestFirst), "Coi.EndToEnd.Tests")]
