using Coi.Contracts;

namespace Coi.Cli.Files;

/// <summary>Directories that were made for a copy, and go again when it does not come.</summary>
internal sealed class MadeDirectories
{
    private readonly List<string> _made = [];

    private MadeDirectories()
    {
    }

    /// <summary>Makes a directory, and those above it that are not there.</summary>
    public static MadeDirectories Make(LocalPlace local)
    {
        var directories = new MadeDirectories();
        for (var path = local.Full.TrimEnd('/'); path.Length > 0 && !Directory.Exists(path); path = Path.GetDirectoryName(path) ?? "") directories._made.Add(path);
        try
        {
            Directory.CreateDirectory(local.Full);
            return directories;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            directories.Remove();
            throw new ProblemException(new Problem("file.no_directory", $"directory '{local.Text}' cannot be made: {e.Message}", "name one that can be made, or that is there"));
        }
    }

    /// <summary>Removes those that are empty, the innermost first.</summary>
    public void Remove()
    {
        foreach (var path in _made)
        {
            try
            {
                Directory.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return; // Somebody has put something into it, or it was never made.
            }
        }
    }
}
