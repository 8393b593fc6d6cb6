using Coi.Domain;

namespace Coi.Daemon.Api;

/// <summary>The path that a request names as its workspace.</summary>
internal static class WorkspacePath
{
    /// <summary>The path, clean and with its symbolic links: it is the workspace's identity.</summary>
    /// <exception cref="FailureException">It is not an existing directory.</exception>
    public static string Checked(string path)
    {
        if (!Path.IsPathFullyQualified(path)) throw Refused("workspace.relative", $"workspace '{path}' is not an absolute path");
        var clean = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (File.Exists(clean)) throw Refused("workspace.not_directory", $"workspace {clean} is not a directory");
        if (!Directory.Exists(clean)) throw Refused("workspace.missing", $"workspace {clean} does not exist");
        return clean;
    }

    private static FailureException Refused(string code, string message) => new(new Failure(code, message, "Name an existing directory with --workspace"));
}
