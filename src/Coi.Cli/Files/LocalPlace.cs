using Coi.Cli.CommandLine;
using Coi.Contracts;
using Coi.Files;

namespace Coi.Cli.Files;

/// <summary>A path of this machine as it was given, taken apart; the links in it are the caller's own.</summary>
/// <param name="Text">As it was given, for messages.</param>
/// <param name="Full">The same from the root, unchanged otherwise: what <c>..</c> means behind a link is the kernel's to say.</param>
internal sealed record LocalPlace(string Text, string Full)
{
    /// <summary>Standard input or output.</summary>
    public const string Stream = "-";

    /// <summary>Takes it.</summary>
    public static LocalPlace Of(string text, Surroundings surroundings) => text.Length == 0
        ? throw new UsageException("the local path is empty", "'.' is the current directory")
        : new LocalPlace(text, Path.Combine(surroundings.WorkingDirectory, text));

    /// <summary>Whether it can only be a directory.</summary>
    public bool IsDirectory => Last is "" or "." or "..";

    /// <summary>The last name.</summary>
    public string Last => Path.GetFileName(Full);

    /// <summary>Directory of the last name.</summary>
    public string Parent => Path.GetDirectoryName(Full) is { Length: > 0 } parent ? parent : "/";

    /// <summary>What is there, links followed; null when there is nothing.</summary>
    public FileSystemInfo? Find()
    {
        if (Directory.Exists(Full)) return new DirectoryInfo(Full);
        return File.Exists(Full) ? new FileInfo(Full) : null;
    }

    /// <summary>The directory that the last name is in.</summary>
    public UnixDirectory OpenParent() => UnixDirectory.TryOpenTrusted(Parent)
        ?? throw new ProblemException(new Problem("file.no_directory", $"there is no directory '{Parent}' for '{Text}'", $"mkdir -p {Parent}"));

    /// <summary>The directory that it is.</summary>
    public UnixDirectory OpenDirectory() => UnixDirectory.TryOpenTrusted(Full) ?? throw Missing();

    /// <summary>The failure for what is not there.</summary>
    public ProblemException Missing() => new(new Problem("file.missing", $"'{Text}' does not exist", "look at the path; names are taken as they are"));
}
