using Coi.Cli.Images;
using Coi.Contracts;

namespace Coi.Cli.Builds;

/// <summary>Says what earlier builds left on the disk, and what removes it.</summary>
internal static class OlderVersions
{
    /// <summary>The line; null when there is nothing to remove.</summary>
    public static string? Text(BuiltImage built)
    {
        var removable = built.OlderVersions.Where(version => version.Why is null).ToList();
        return removable.Count == 0
            ? null
            : $"{removable.Count} older version{(removable.Count == 1 ? "" : "s")} of '{built.Alias}' take{(removable.Count == 1 ? "s" : "")} {ByteSize.Text(removable.Sum(version => version.SizeBytes))}; "
                + $"'coi image cleanup {built.Alias} --keep 1' removes {(removable.Count == 1 ? "it" : "them")}";
    }
}
