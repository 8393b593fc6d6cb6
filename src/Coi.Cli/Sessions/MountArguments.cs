using Coi.Cli.CommandLine;
using Coi.Contracts;

namespace Coi.Cli.Sessions;

/// <summary>Reads <c>--mount</c> and <c>--storage</c>.</summary>
internal static class MountArguments
{
    private const string Shape = "--mount takes HOST:CONTAINER or HOST:CONTAINER:ro, with an absolute path in the container";

    /// <summary>The mounts that the flags ask for; paths on the host are absolute.</summary>
    public static IReadOnlyList<RequestedMount> Read(Invocation invocation)
    {
        var mounts = (invocation.Value(invocation.Options.Mount) ?? []).Select(text => Parse(text, invocation.Surroundings)).ToList();
        if (invocation.Value(invocation.Options.Storage) is { } storage)
        {
            if (storage.Length == 0) throw new UsageException("--storage needs a directory", "it is mounted at /storage, and made when it is missing");
            mounts.Add(new RequestedMount("--storage", HostPath(storage, invocation.Surroundings), "/storage", ReadOnly: false));
        }

        if (mounts.GroupBy(mount => mount.Container).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new UsageException($"two mounts at {twice.Key}: a conflict", "each place in the container takes one");
        return mounts;
    }

    /// <summary>One <c>HOST:CONTAINER[:ro]</c>; the path on the host may have colons in it, the one in the container not.</summary>
    public static RequestedMount Parse(string text, Surroundings surroundings)
    {
        var (rest, readOnly) = text.EndsWith(":ro", StringComparison.Ordinal) ? (text[..^3], true) : (text.EndsWith(":rw", StringComparison.Ordinal) ? text[..^3] : text, false);
        var separator = rest.LastIndexOf(':');
        if (separator <= 0 || separator == rest.Length - 1) throw new UsageException($"'{text}' is no mount", Shape);
        var place = rest[(separator + 1)..];
        if (!place.StartsWith('/')) throw new UsageException($"the path in the container '{place}' is not absolute", Shape);
        return new RequestedMount("--mount", HostPath(rest[..separator], surroundings), place.Length > 1 ? place.TrimEnd('/') : place, readOnly);
    }

    private static string HostPath(string path, Surroundings surroundings)
    {
        if (path is "~" || path.StartsWith("~/", StringComparison.Ordinal))
            path = (surroundings.Variable("HOME") ?? "~") + path[1..];
        var full = Path.GetFullPath(path, surroundings.WorkingDirectory);
        return full.Length > 1 ? Path.TrimEndingDirectorySeparator(full) : full;
    }
}
