using Xunit;

namespace Coi.Daemon.Tests;

/// <summary>Tests that measure processor, memory or threads of their whole process: after all others, one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuresTheProcess
{
    /// <summary>What their classes say.</summary>
    public const string Name = "measures the process";
}
