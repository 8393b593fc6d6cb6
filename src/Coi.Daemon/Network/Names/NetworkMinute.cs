namespace Coi.Daemon.Network.Names;

/// <summary>How long a minute of the network's timers is.</summary>
/// <param name="Length">One minute; a test has shorter ones.</param>
internal sealed record NetworkMinute(TimeSpan Length)
{
    /// <summary>The variable that shortens it, in seconds; for tests.</summary>
    public const string Variable = "COI_NETWORK_MINUTE";

    /// <summary>As the process' environment says.</summary>
    public static NetworkMinute FromEnvironment() =>
        new(int.TryParse(Environment.GetEnvironmentVariable(Variable), out var seconds) && seconds is > 0 and < 60 ? TimeSpan.FromSeconds(seconds) : TimeSpan.FromMinutes(1));
}
