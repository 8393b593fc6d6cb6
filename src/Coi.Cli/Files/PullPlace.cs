using Coi.Cli.CommandLine;
using Coi.Contracts;
using Coi.Files;

namespace Coi.Cli.Files;

/// <summary>Where on this machine something is put, and where it is until it is complete.</summary>
internal sealed class PullPlace : IDisposable
{
    private readonly byte[] _name;
    private readonly bool _merges;
    private MadeDirectories? _made;
    private bool _finished;

    private PullPlace(UnixDirectory directory, byte[] name, bool merges, string display)
    {
        (Directory, _name, _merges, Display) = (directory, name, merges, display);
        Temporary = LinuxCalls.Name(UnixDirectory.TemporaryName());
    }

    /// <summary>Whether a directory is there that it is merged into, and which keeps its attributes.</summary>
    public bool Merges => _merges;

    /// <summary>The directory that the temporary entry is in: that of the copy, or the one that it is merged into.</summary>
    public UnixDirectory Directory { get; }

    /// <summary>Name of what is not yet complete.</summary>
    public byte[] Temporary { get; }

    /// <summary>The copy's path, for people.</summary>
    public string Display { get; }

    /// <summary>Finds it, and refuses what must not be replaced.</summary>
    public static PullPlace Find(LocalPlace local, ContainerPath source, bool isDirectory)
    {
        var there = local.Find();
        // For a tree it is made: the path says what it is to be. A file with a mistyped directory is not meant so.
        var makes = local.IsDirectory && isDirectory && there is null;
        if (local.IsDirectory && there is not DirectoryInfo && !makes)
            throw new ProblemException(new Problem("file.no_directory", $"directory '{local.Text}' does not exist", $"mkdir -p {local.Text}"));

        // '.' has no name that the copy could have: it is a directory to put it into, as one that ends with a slash.
        var into = (there is DirectoryInfo || makes) && (local.IsDirectory || !isDirectory);
        if (into && source.Name.Length == 0) throw new UsageException("the root directory has no name to have here", $"name the copy: {local.Text.TrimEnd('/')}/root");
        if (into)
        {
            var made = makes ? MadeDirectories.Make(local) : null;
            var place = In(local.OpenDirectory(), source.Name, isDirectory, $"{local.Text.TrimEnd('/')}/{source.Name}");
            place._made = made;
            return place;
        }

        return there is DirectoryInfo
            ? new PullPlace(local.OpenDirectory(), [], merges: true, local.Text)
            : In(local.OpenParent(), local.Last, isDirectory, local.Text);
    }

    /// <summary>Puts it in its place.</summary>
    public void Finish()
    {
        if (_merges)
        {
            using var finished = Directory.OpenDirectory(Temporary);
            new LocalMerge(Display).Run(finished, Directory);
        }
        else
        {
            Directory.Move(Temporary, Directory, _name);
            _finished = true;
        }
    }

    /// <summary>Removes what is left of the temporary entry.</summary>
    public void Clean()
    {
        if (_finished) return;
        Directory.Delete(Temporary);
        _made?.Remove();
    }

    /// <inheritdoc />
    public void Dispose() => Directory.Dispose();

    private static PullPlace In(UnixDirectory parent, string name, bool isDirectory, string display)
    {
        try
        {
            var raw = LinuxCalls.Name(System.Text.Encoding.UTF8.GetBytes(name));
            var there = parent.Stat(raw)?.Kind;
            if (isDirectory && there is UnixEntryKind.Directory)
            {
                var target = parent.OpenDirectory(raw);
                parent.Dispose();
                return new PullPlace(target, [], merges: true, display);
            }

            if (there is UnixEntryKind.Directory || (isDirectory && there is not null)) throw Conflicts.Of(display, isDirectory, there is UnixEntryKind.Link);
            // A link is replaced as such; one to a device is as good as the device.
            if (there is UnixEntryKind.Link) there = LinuxCalls.StatBehind(parent.Handle, raw)?.Kind;
            if (there is not (null or UnixEntryKind.File))
                throw new ProblemException(new Problem("file.special", $"'{display}' is neither a file nor a directory, and is not replaced", "'-' is standard output"));
            return new PullPlace(parent, raw, merges: false, display);
        }
        catch
        {
            parent.Dispose();
            throw;
        }
    }
}
