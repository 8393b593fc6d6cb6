namespace Coi.Daemon.Network;

/// <summary>What can be wrong with a network, whosever container it is.</summary>
internal static class NetworkFailures
{
    /// <summary>The policy that a new one was made from is not in force any more.</summary>
    public static Failure Changed(string container) => new(
        "network.changed", $"somebody else has changed the network policy of {container} in this moment", $"coi network show {container}, then again");
}
