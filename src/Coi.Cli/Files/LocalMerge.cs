using Coi.Contracts;
using Coi.Files;

namespace Coi.Cli.Files;

/// <summary>
/// Moves a finished tree into a directory that is there: what has the same name is replaced, each file in one step, the rest stays.
/// Directories that are there keep their attributes. Nothing is begun when something cannot be replaced.
/// </summary>
internal sealed class LocalMerge(string display)
{
    /// <summary>Moves what is in one directory into another.</summary>
    public void Run(UnixDirectory finished, UnixDirectory target)
    {
        Check(finished, target, display);
        Move(finished, target);
    }

    private static void Check(UnixDirectory finished, UnixDirectory target, string path)
    {
        foreach (var name in finished.RawNames())
        {
            var here = $"{path}/{UnixDirectory.Display(name)}";
            if (target.Stat(name)?.Kind is not { } there) continue;
            var isDirectory = finished.Stat(name)?.Kind is UnixEntryKind.Directory;
            if (isDirectory != (there is UnixEntryKind.Directory)) throw Conflicts.Of(here, isDirectory, there is UnixEntryKind.Link);
            if (!isDirectory) continue;
            using var from = finished.OpenDirectory(name);
            using var to = target.OpenDirectory(name);
            Check(from, to, here);
        }
    }

    private static void Move(UnixDirectory finished, UnixDirectory target)
    {
        foreach (var name in finished.RawNames())
        {
            if (finished.Stat(name) is not { Kind: UnixEntryKind.Directory } directory)
            {
                finished.Move(name, target, name);
                continue;
            }

            using var from = finished.OpenDirectory(name);
            if (target.Stat(name) is null)
            {
                // A directory that one may not write cannot be moved: its ".." changes.
                File.SetUnixFileMode(from.Handle, directory.Mode | UnixDirectory.PrivateDirectory);
                finished.Move(name, target, name);
                File.SetUnixFileMode(from.Handle, directory.Mode);
                continue;
            }

            using var to = target.OpenDirectory(name);
            File.SetUnixFileMode(from.Handle, UnixDirectory.PrivateDirectory); // it is emptied, and goes
            Move(from, to);
        }
    }
}

/// <summary>What cannot be replaced.</summary>
internal static class Conflicts
{
    /// <summary>The failure for an entry whose place is taken by one of the other kind.</summary>
    public static ProblemException Of(string path, bool isDirectory, bool isLink) => new(new Problem(
        "file.conflict",
        Transfer.Printable(path) + (isDirectory ? $" is {(isLink ? "a symbolic link" : "no directory")}, and a directory cannot replace it" : " is a directory, and a file cannot replace it"),
        "nothing was changed; remove it, or copy to another place"));
}
