using Microsoft.AspNetCore.Http;

namespace Coi.EndToEnd.Tests.Support;

/// <summary>What a container might want to reach: a host of the local network, two on the internet, and this machine at its addresses towards them.</summary>
internal sealed class Neighbourhood : IAsyncDisposable
{
    private Neighbourhood(NetworkHost lan, NetworkHost first, NetworkHost second) => (Lan, First, Second) = (lan, first, second);

    /// <summary>A host of the local network.</summary>
    public NetworkHost Lan { get; }

    /// <summary>A public host.</summary>
    public NetworkHost First { get; }

    /// <summary>Another public host.</summary>
    public NetworkHost Second { get; }

    /// <summary>This machine's address towards the public hosts.</summary>
    public static string Here => "198.51.100.9";

    /// <summary>This machine's address towards the local network.</summary>
    public static string HereToLan => "192.168.77.1";

    /// <summary>Makes them.</summary>
    public static async Task<Neighbourhood> CreateAsync() => new(
        await NetworkHost.CreateAsync("coi-e2e-lan", "192.168.77.2", context => context.Response.WriteAsync("the host of the local network")),
        await NetworkHost.CreateAsync("coi-e2e-one", "198.51.100.10", context => context.Response.WriteAsync("the first public host")),
        await NetworkHost.CreateAsync("coi-e2e-two", "198.51.100.11", context => context.Response.WriteAsync("the second public host"), Here));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var host in new[] { Lan, First, Second }) await host.DisposeAsync();
    }
}
