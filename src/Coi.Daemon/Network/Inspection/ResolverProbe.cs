using Coi.Daemon.Hosting;
using Coi.Incus;

namespace Coi.Daemon.Network.Inspection;

/// <summary>Asks from inside whether the resolver of a container's bridge answers; part of the scripts that run when a container has started.</summary>
internal static class ResolverProbe
{
    private const string Silent = "resolver silent";

    /// <summary>The shell function that asks; needs bash.</summary>
    public static string Function { get; } = EmbeddedText.Read("network/resolver.sh");

    /// <summary>Whether a script that asked got no answer.</summary>
    public static bool Failed(ExecResult result) => result.StdoutText.Contains(Silent, StringComparison.Ordinal);
}
