using Coi.Daemon.Network.Names;

namespace Coi.Daemon.Network;

/// <summary>What makes, refreshes and removes the networks of containers.</summary>
internal static class SlotNetworkServices
{
    /// <summary>Adds it all.</summary>
    public static IServiceCollection AddSlotNetworks(this IServiceCollection services) => services
        .AddSingleton(NetworkMinute.FromEnvironment())
        .AddSingleton<NameServers>()
        .AddSingleton<NameLookup>()
        .AddSingleton<NamesDirectory>()
        .AddSingleton<AllowlistNames>()
        .AddSingleton<SlotAcls>()
        .AddSingleton<PerContainer>()
        .AddSingleton<SlotNetworks>()
        .AddSingleton<IAllowlistUpdater, AllowlistUpdater>();
}
