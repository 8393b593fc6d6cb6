using System.Text;
using Coi.Files;
using Coi.Domain.Protection;

namespace Coi.Daemon.Protection;

/// <summary>
/// What git on the host obeys in a workspace beside <c>.git/config</c> and <c>.git/hooks</c>: where the configuration says that hooks and further configuration
/// are, the configuration of worktrees, and what belongs to submodules. docs/decisions/0009-protected-paths.md has the reasons.
/// </summary>
internal static class GitPlaces
{
    private const string Git = ".git";
    private const string Configuration = ".git/config";
    private const string Hooks = ".git/hooks";
    private const long ConfigurationLimit = 1024 * 1024;
    private const long IndexLimit = 256 * 1024 * 1024;
    private const int MostRepositories = 500;
    private const int Deepest = 8;

    /// <summary>Paths to protect with those that are protected: what belongs to the configuration where that is, what belongs to the hooks where these are.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="protectedPaths">Protected paths.</param>
    public static IReadOnlyList<string> Beside(string workspace, IReadOnlyCollection<string> protectedPaths)
    {
        var (configuration, hooks) = (protectedPaths.Contains(Configuration), protectedPaths.Contains(Hooks));
        if (!configuration && !hooks) return [];
        using var root = UnixDirectory.TryOpenTrusted(workspace);
        if (root is null || WorkspaceFiles.Look(root, Git) != PathKind.Directory) return [];
        var found = new List<string>();
        if (configuration) found.Add($"{Configuration}.worktree");
        foreach (var place in Named(root, workspace, Configuration, Deepest))
        {
            if (place.IsInclude ? configuration : hooks) found.Add(place.Path);
        }

        foreach (var repository in Repositories(root).Take(MostRepositories))
        {
            if (configuration) found.AddRange([$"{repository}/config", $"{repository}/config.worktree"]);
            if (hooks) found.Add($"{repository}/hooks");
        }

        return [.. found.Distinct(StringComparer.Ordinal).Where(path => !protectedPaths.Contains(path))];
    }

    // Relative paths of hooks count from the top of the work tree, those of further files from the file that names them.
    private static IEnumerable<GitPlace> Named(UnixDirectory root, string workspace, string file, int depth)
    {
        if (depth == 0 || WorkspaceFiles.TryRead(root, file, ConfigurationLimit) is not { } text) yield break;
        foreach (var place in GitConfigurationText.Places(Encoding.UTF8.GetString(text)))
        {
            var from = place.IsInclude ? Path.GetDirectoryName(Path.Combine(workspace, file)) : workspace;
            if (from is null || place.Path.Length == 0 || place.Path.StartsWith('~') || place.Path.Contains('\0', StringComparison.Ordinal)) continue;
            var path = Path.GetRelativePath(workspace, Path.GetFullPath(place.Path, from));
            if (path is "." || path.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(path)) continue;
            // Git reads nothing at all any more where a file that it should include is a directory, which is what would hold a missing one's place.
            if (place.IsInclude && WorkspaceFiles.Look(root, path) == PathKind.Absent) continue;
            yield return place with { Path = path };
            if (!place.IsInclude) continue;
            foreach (var further in Named(root, workspace, path, depth - 1)) yield return further;
        }
    }

    // Submodules: those that git keeps in .git/modules, those with a repository of their own, and worktrees' own directories.
    private static IEnumerable<string> Repositories(UnixDirectory root)
    {
        foreach (var repository in Below(root, $"{Git}/modules", Deepest)) yield return repository;
        if (WorkspaceFiles.TryRead(root, $"{Git}/index", IndexLimit) is not { } index) yield break;
        foreach (var link in GitIndexLinks.Of(index))
        {
            if (WorkspaceFiles.Look(root, $"{link}/{Git}") == PathKind.Directory) yield return $"{link}/{Git}";
        }
    }

    // A submodule's name may have slashes in it, and a submodule submodules.
    private static IEnumerable<string> Below(UnixDirectory root, string path, int depth)
    {
        if (depth == 0) yield break;
        foreach (var name in WorkspaceFiles.Directories(root, path))
        {
            var here = $"{path}/{name}";
            var isRepository = WorkspaceFiles.Look(root, $"{here}/HEAD") == PathKind.File;
            if (isRepository) yield return here;
            foreach (var further in Below(root, isRepository ? $"{here}/modules" : here, depth - 1)) yield return further;
        }
    }
}
