using Coi.Domain;
using Coi.Domain.Network;
using Coi.Domain.Slots;

namespace Coi.Daemon.Network;

/// <summary>Has Incus put a container's fence up, as root and before the container's processes are there, and take it away after their end.</summary>
internal static class FenceHook
{
    /// <summary>The key that hooks stand in.</summary>
    public const string Key = "raw.lxc";

    private static readonly string[] Places = ["/usr/sbin", "/sbin", "/usr/local/sbin", "/usr/bin", "/bin"];

    /// <summary>The lines for <see cref="Key"/>.</summary>
    /// <param name="bridge">The container's bridge.</param>
    /// <param name="policy">What the container may reach.</param>
    /// <param name="pool">The range that slots take their subnets from.</param>
    /// <exception cref="FailureException">There is no way to have a fence here.</exception>
    public static string Lines(string bridge, NetworkPolicy policy, Ipv4Range pool)
    {
        if (!Places.Any(place => File.Exists(Path.Combine(place, "nft"))))
        {
            throw new FailureException(new Failure(
                "network.fence_unavailable", "this host has no program nft, with which a container is kept from the resolvers that run here", "apt-get install nftables"));
        }

        // A reboot from inside runs only the first of the two ends, with the container's processes dead, and then starts it under a new process;
        // a start that failed runs only the second (seen with Incus 6.0.4).
        var down = Shell(Fence.Down(bridge));
        return $"lxc.hook.pre-start = {Shell($"{Fence.Up(bridge, policy)} && {{ {HostForwarding.Look(bridge, pool)} :; }}")}\nlxc.hook.stop = {down}\nlxc.hook.post-stop = {down}";
    }

    /// <summary>The lines of a container that has its bridge's name from its own.</summary>
    public static string Lines(LaunchSpec spec) => Lines(SlotNames.Bridge(spec.Container), spec.Policy, SlotNetworks.PoolOf(spec));

    // LXC adds words of its own at the end, which go nowhere; the commands have no single quotes.
    private static string Shell(string commands) => $"sh -c '{commands}'";
}
