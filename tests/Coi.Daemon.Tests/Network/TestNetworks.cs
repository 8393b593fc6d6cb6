using Coi.Daemon.Hosting;
using Coi.Daemon.Network;
using Coi.Daemon.Network.Names;
using Coi.Incus;
using Microsoft.Extensions.DependencyInjection;

namespace Coi.Daemon.Tests.Network;

/// <summary>The networks of containers, put together as the daemon does it.</summary>
internal static class TestNetworks
{
    public static ServiceProvider Of(IncusClient incus, DaemonHome home, TimeProvider time, NameServers? servers = null, TimeSpan? minute = null) => new ServiceCollection()
        .AddLogging()
        .AddSingleton(incus)
        .AddSingleton(home)
        .AddSingleton(time)
        .AddSlotNetworks()
        .AddSingleton(servers ?? new NameServers())
        .AddSingleton(new NetworkMinute(minute ?? TimeSpan.FromMinutes(1)))
        .BuildServiceProvider();
}
