using System.Collections.Immutable;
using Coi.Domain.Slots;

namespace Coi.Domain.Protection;

/// <summary>What a path in the workspace is, links not followed.</summary>
public enum PathKind
{
    /// <summary>Nothing has this name.</summary>
    Absent,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A file, or anything else that is neither a directory nor a link.</summary>
    File,

    /// <summary>A symbolic link.</summary>
    Link,
}

/// <summary>A path that gets a mount of its own inside: a read-only one protects it, a writable one only keeps it from being renamed or removed.</summary>
/// <param name="Path">Path relative to the workspace.</param>
/// <param name="ReadOnly">Whether it is read-only.</param>
/// <param name="Opens">Whether it stays writable in a directory that is read-only only so that nothing new comes into being there.</param>
public sealed record Guard(string Path, bool ReadOnly, bool Opens = false);

/// <summary>Something empty that is made in the workspace so that it can be mounted on, and removed when nobody needs it any more.</summary>
/// <param name="Path">Path relative to the workspace.</param>
/// <param name="Directory">Whether it is a directory.</param>
public sealed record Placeholder(string Path, bool Directory);

/// <summary>How a workspace's protected paths are guarded.</summary>
/// <param name="Guards">Mounts, parents before what is in them.</param>
/// <param name="Placeholders">What has to be made first.</param>
public sealed record GuardPlan(ImmutableArray<Guard> Guards, ImmutableArray<Placeholder> Placeholders);

/// <summary>Decides how protected paths are guarded in a workspace as it is found; docs/decisions/0009-protected-paths.md has the reasons.</summary>
public static class GuardPlanning
{
    private const string Git = ".git";

    /// <summary>Protected paths without those that are lifted.</summary>
    /// <returns>The paths, or why they cannot be had.</returns>
    public static (ImmutableArray<string> Paths, Failure? Failure) Effective(IReadOnlyList<string> protectedPaths, IReadOnlyList<string> writablePaths)
    {
        var wanted = protectedPaths.Select(Plain).Distinct(StringComparer.Ordinal).ToImmutableArray();
        var lifted = writablePaths.Select(Plain).ToList();
        var left = wanted.RemoveAll(path => lifted.Any(writable => MountPlan.Contains(writable, path)));
        foreach (var writable in lifted)
        {
            if (left.FirstOrDefault(path => MountPlan.Contains(path, writable)) is not { } whole) continue;
            return ([], new Failure(
                "protection.nested", $"{writable} cannot be writable (security.writable_paths) while {whole} is protected: a directory is protected as a whole", $"List {whole} in security.writable_paths, or protect its parts one by one"));
        }

        return (left, null);
    }

    /// <summary>The plan for a workspace.</summary>
    /// <param name="paths">Protected paths.</param>
    /// <param name="look">What a relative path is.</param>
    /// <param name="list">Names of the directories in one.</param>
    public static (GuardPlan Plan, Failure? Failure) For(IReadOnlyList<string> paths, Func<string, PathKind> look, Func<string, IEnumerable<string>> list)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(look);
        ArgumentNullException.ThrowIfNull(list);
        var readOnly = new SortedSet<string>(StringComparer.Ordinal);
        var placeholders = new Dictionary<string, Placeholder>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            var (guarded, placeholder, failure) = One(path, look);
            if (failure is not null) return (new GuardPlan([], []), failure);
            if (guarded is null) continue;
            readOnly.Add(guarded);
            if (placeholder is not null) placeholders[placeholder.Path] = placeholder;
        }

        // What lies in a directory that is read-only as a whole needs nothing of its own.
        var outermost = readOnly.Where(path => !Parents(path).Any(readOnly.Contains)).ToList();
        var pins = outermost.SelectMany(Parents).Distinct(StringComparer.Ordinal);
        // What it is read-only for is its own entries; directories in it that nobody protects stay as they are.
        var opened = outermost.Where(path => !paths.Contains(path) && look(path) == PathKind.Directory && !placeholders.ContainsKey(path)).SelectMany(path => list(path).Select(name => $"{path}/{name}"))
            .Where(path => !paths.Any(wanted => MountPlan.Overlap(path, wanted)));
        return (new GuardPlan(
            [.. outermost.Select(path => new Guard(path, true)).Concat(pins.Select(path => new Guard(path, false))).Concat(opened.Select(path => new Guard(path, false, Opens: true))).OrderBy(guard => guard.Path.Count(c => c == '/')).ThenBy(guard => guard.Path, StringComparer.Ordinal)],
            [.. placeholders.Values.Where(placeholder => outermost.Contains(placeholder.Path)).OrderBy(placeholder => placeholder.Path, StringComparer.Ordinal)]), null);
    }

    private static (string? Guarded, Placeholder? Placeholder, Failure? Failure) One(string path, Func<string, PathKind> look)
    {
        var parts = path.Split('/');
        for (var depth = 1; depth <= parts.Length; depth++)
        {
            var here = string.Join('/', parts[..depth]);
            switch (look(here))
            {
                case PathKind.Link:
                    return (null, null, new Failure(
                        "protection.link", $"{here} in the workspace is a symbolic link, and {path} is protected: a link cannot be", $"Put the real file there, or lift the protection with writable_paths = [\"{path}\"] in [security] of your configuration"));
                // `.git` of a worktree or a submodule: what it says is what counts.
                case PathKind.File:
                    return (here, null, null);
                case PathKind.Absent:
                    return Absent(here, depth, depth == parts.Length);
            }
        }

        return (path, null, null);
    }

    private static (string? Guarded, Placeholder? Placeholder, Failure? Failure) Absent(string here, int depth, bool leaf)
    {
        // Without a repository there is nothing that the host would obey, and `git init` inside must work.
        if (here == Git) return (null, null, null);
        // Git lists no empty directories, and looks at nothing in its own but what it knows.
        if (depth == 1) return (here, new Placeholder(here, Directory: true), null);
        if (here.StartsWith($"{Git}/", StringComparison.Ordinal) || here.Contains($"/{Git}/", StringComparison.Ordinal)) return (here, new Placeholder(here, Directory: !(leaf && here.Contains("/config", StringComparison.Ordinal))), null);
        // Anything made here would be seen by git and by the tool: the directory around it is read-only instead.
        return (here[..here.LastIndexOf('/')], null, null);
    }

    private static IEnumerable<string> Parents(string path)
    {
        for (var at = path.IndexOf('/', StringComparison.Ordinal); at >= 0; at = path.IndexOf('/', at + 1)) yield return path[..at];
    }

    private static string Plain(string path) => path.TrimEnd('/');
}
