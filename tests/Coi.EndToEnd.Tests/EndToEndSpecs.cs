using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests;

/// <summary>A test with a coi of its own.</summary>
public abstract class EndToEndSpecs(ITestOutputHelper output) : IAsyncLifetime
{
    private CoiHome? _coi;

    /// <summary>The coi.</summary>
    internal CoiHome Coi => _coi ?? throw new InvalidOperationException("the test has not begun");

    /// <summary>Where the test tells what it did.</summary>
    protected ITestOutputHelper Output => output;

    public virtual async Task InitializeAsync() => _coi = await CoiHome.CreateAsync(output);

    public virtual async Task DisposeAsync()
    {
        if (_coi is not null) await _coi.DisposeAsync();
    }
}
