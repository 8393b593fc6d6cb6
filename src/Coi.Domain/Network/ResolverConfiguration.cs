using System.Collections.Immutable;

namespace Coi.Domain.Network;

/// <summary>
/// What the resolver (dnsmasq) of a container's bridge is told: never to answer from the host's <c>/etc/hosts</c>; in allowlist mode to answer
/// the allowed names with the addresses that are open for them and everything else with NXDOMAIN, so that nothing leaves through DNS.
/// </summary>
public static class ResolverConfiguration
{
    private const string Watching = "hostsdir=";
    private const string NoOthers = "address=/#/";

    /// <summary>All names, as the host resolves them.</summary>
    public const string AllNames = "no-hosts";

    /// <summary>
    /// Only names from the hosts files in a directory that the resolver watches: new answers take no change of the bridge, for which Incus would
    /// take its rules away for a moment.
    /// </summary>
    /// <param name="directory">The directory; the user whom the resolver runs as can read it.</param>
    public static string Watched(string directory) => Only([Watching + directory]);

    /// <summary>Only the names that are written here.</summary>
    /// <param name="answers">Addresses by name.</param>
    public static string Written(ImmutableSortedDictionary<string, ImmutableArray<string>> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return Only(answers.SelectMany(n => n.Value.Select(a => $"host-record={n.Key},{a}")));
    }

    /// <summary>Whether a configuration is one that <see cref="Watched"/> makes.</summary>
    public static bool IsWatching(string? configuration) => configuration?.Contains(Watching, StringComparison.Ordinal) == true;

    /// <summary>Whether a configuration lets all names be answered.</summary>
    public static bool AnswersAll(string? configuration) => configuration?.Contains(NoOthers, StringComparison.Ordinal) != true;

    /// <summary>The answers as a hosts file.</summary>
    /// <param name="answers">Addresses by name.</param>
    public static string HostsFile(ImmutableSortedDictionary<string, ImmutableArray<string>> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return string.Concat(answers.SelectMany(n => n.Value.Select(a => $"{a} {n.Key}\n")));
    }

    private static string Only(IEnumerable<string> names) => string.Join('\n', (string[])[AllNames, "no-resolv", NoOthers, .. names]);
}
