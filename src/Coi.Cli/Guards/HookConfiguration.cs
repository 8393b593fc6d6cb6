using System.Globalization;
using System.Text.RegularExpressions;

namespace Coi.Cli.Guards;

/// <summary>Reads from the configuration that Incus wrote for a container where its mounts are prepared, and more.</summary>
internal static partial class HookConfiguration
{
    /// <summary>The directory that will be bound, with all that is mounted below it, to <c>/workspace</c>.</summary>
    /// <exception cref="IOException">It is not bound in this way, so that no guard would come along.</exception>
    public static string WorkspaceSource(IEnumerable<string> lines)
    {
        var (source, options) = Mount(lines, "/workspace");
        return options.Split(',').Contains("rbind") ? source : throw new IOException("Incus does not bind the workspace with what is mounted below it (recursive=true)");
    }

    /// <summary>What will be bound to a place inside.</summary>
    /// <exception cref="IOException">Nothing will.</exception>
    public static string Source(IEnumerable<string> lines, string place) => Mount(lines, place).Source;

    /// <summary>Where what goes wrong is written down; null where Incus does not say.</summary>
    public static string? LogFile(IEnumerable<string> lines) =>
        lines.Select(line => line.Split('=', 2)).FirstOrDefault(pair => pair is [var key, _] && key.Trim() == "lxc.log.file")?[1].Trim();

    /// <summary>
    /// The map of a user namespace in which one id is the same inside and outside, and every other of the container's is what it is outside
    /// without any mapping (user_namespaces(7): id in the file system, id in the kernel, count).
    /// </summary>
    /// <param name="lines">The configuration.</param>
    /// <param name="kind"><c>u</c> for users, <c>g</c> for groups.</param>
    /// <param name="id">The id.</param>
    public static string OwnerMap(IEnumerable<string> lines, char kind, long id)
    {
        var map = new List<string>();
        foreach (var line in lines)
        {
            if (line.Split('=', 2) is not [var key, var value] || key.Trim() != "lxc.idmap") continue;
            if (value.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [[var of], var inside, var outside, var count] || of != kind) continue;
            var (first, from, length) = (Number(inside), Number(outside), Number(count));
            if (id >= from && id < from + length) throw new IOException($"id {id} is one of the container's own outside ({line.Trim()})");
            var own = id >= first && id < first + length ? id - first : length;
            if (own > 0) map.Add($"{from} {from} {own}");
            if (own == length) continue;
            map.Add($"{id} {from + own} 1");
            if (own + 1 < length) map.Add($"{from + own + 1} {from + own + 1} {length - own - 1}");
        }

        return map.Any(entry => entry.StartsWith($"{id} ", StringComparison.Ordinal)) ? string.Concat(map.Select(entry => entry + "\n"))
            : throw new IOException($"the container has no id {id} inside");
    }

    private static (string Source, string Options) Mount(IEnumerable<string> lines, string place)
    {
        foreach (var line in lines)
        {
            // fstab(5): source, target, type, options; blanks in names are written as octal numbers.
            if (line.Split('=', 2) is not [var key, var value] || key.Trim() != "lxc.mount.entry") continue;
            if (value.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var source, var target, _, var options, ..] && "/" + Plain(target) == place) return (Plain(source), options);
        }

        throw new IOException($"Incus prepares no mount for {place}");
    }

    private static string Plain(string name) => Octal().Replace(name, match => ((char)Convert.ToInt32(match.Groups[1].Value, 8)).ToString());

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new IOException($"'{text}' is no id");

    [GeneratedRegex(@"\\([0-7]{3})")]
    private static partial Regex Octal();
}
