using Coi.Daemon.Hosting;
using Coi.Daemon.Network;
using Coi.Incus;
using Microsoft.Extensions.DependencyInjection;

namespace Coi.Daemon.Tests.Network;

/// <summary>The networks of containers, put together as the daemon does it.</summary>
internal static class TestNetworks
{
    public static ServiceProvider Of(IncusClient incus, DaemonHome home, TimeProvider time) => new ServiceCollection()
        .AddLogging()
        .AddSingleton(incus)
        .AddSingleton(home)
        .AddSingleton(time)
        .AddSlotNetworks()
        .BuildServiceProvider();
}
