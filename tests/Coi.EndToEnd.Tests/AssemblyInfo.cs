using Coi.EndToEnd.Tests.Support;
using Xunit;

// Each test has a coi of its own, so classes run beside one another. The waits of containers leave room for three on two processors.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
[assembly: TestCollectionOrderer("Coi.EndToEnd.Tests.Support." + nameof(LongestFirst), "Coi.EndToEnd.Tests")]
