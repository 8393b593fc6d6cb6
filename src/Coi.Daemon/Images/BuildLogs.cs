namespace Coi.Daemon.Images;

/// <summary>The logs of earlier builds.</summary>
internal static class BuildLogs
{
    /// <summary>How many are kept, whatever was built.</summary>
    public const int Kept = 10;

    /// <summary>The path of a build's log.</summary>
    public static string PathOf(string directory, string version) => Path.Combine(directory, $"build-{version.Replace('/', '-')}.log");

    /// <summary>Removes all but the newest; one that cannot be removed stays, as no build fails for it.</summary>
    public static void Trim(string directory)
    {
        foreach (var old in new DirectoryInfo(directory).EnumerateFiles("build-*.log").OrderByDescending(file => file.LastWriteTimeUtc).Skip(Kept).ToList())
        {
            try
            {
                old.Delete();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next build tries again.
            }
        }
    }
}
