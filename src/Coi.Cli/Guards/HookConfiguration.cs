using System.Text.RegularExpressions;

namespace Coi.Cli.Guards;

/// <summary>Reads from the configuration that Incus wrote for a container where the workspace's mount is prepared.</summary>
internal static partial class HookConfiguration
{
    /// <summary>The directory that will be bound, with all that is mounted below it, to <c>/workspace</c>.</summary>
    /// <exception cref="IOException">It is not bound in this way, so that no guard would come along.</exception>
    public static string WorkspaceSource(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            // fstab(5): source, target, type, options; blanks in names are written as octal numbers.
            if (line.Split('=', 2) is not [var key, var value] || key.Trim() != "lxc.mount.entry") continue;
            if (value.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var source, "workspace", _, var options, ..]) continue;
            if (!options.Split(',').Contains("rbind")) throw new IOException("Incus does not bind the workspace with what is mounted below it (recursive=true)");
            return Octal().Replace(source, match => ((char)Convert.ToInt32(match.Groups[1].Value, 8)).ToString());
        }

        throw new IOException("Incus prepares no mount for /workspace");
    }

    [GeneratedRegex(@"\\([0-7]{3})")]
    private static partial Regex Octal();
}
