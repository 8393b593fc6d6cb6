using Coi.Domain;

namespace Coi.Daemon.Hosting;

/// <summary>The <c>user.coi.*</c> keys that mark everything in Incus as coi's and tell whose.</summary>
internal static class OwnerKeys
{
    /// <summary>The coi home it belongs to; two homes never touch each other's.</summary>
    public const string Home = "user.coi.home";

    /// <summary>Name of the container it serves.</summary>
    public const string Container = "user.coi.container";

    /// <summary><c>session</c>, <c>container</c> (one that was launched by name) or <c>build</c>.</summary>
    public const string Kind = "user.coi.kind";

    /// <summary>The kind of what serves a slot.</summary>
    public const string Session = "session";

    /// <summary>What runs in it, as the journal has it: enough to go on when the journal is lost.</summary>
    public const string Spec = "user.coi.spec";

    /// <summary>The keys of something that serves a container.</summary>
    public static Dictionary<string, string> For(DaemonHome home, string container, string kind = Session) => new()
    {
        [Home] = home.Root,
        [Container] = container,
        [Kind] = kind,
    };

    /// <summary>Whether something with these keys belongs to a home.</summary>
    public static bool AreOf(IReadOnlyDictionary<string, string> config, DaemonHome home) => config.GetValueOrDefault(Home) == home.Root;

    /// <summary>Refuses what belongs to nobody or to another home.</summary>
    public static void Require(IReadOnlyDictionary<string, string> config, DaemonHome home, string what)
    {
        if (AreOf(config, home)) return;
        throw new FailureException(new Failure(
            "network.foreign", $"{what} exists, but it is not one of this coi's ({home.Root})", "Delete it if nobody needs it, or set another COI_CONTAINER_PREFIX"));
    }
}
