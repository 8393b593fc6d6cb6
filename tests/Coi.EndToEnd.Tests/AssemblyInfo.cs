using Xunit;

// Containers, bridges and network namespaces are the machine's: one test after the other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
