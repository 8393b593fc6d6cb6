using Coi.Cli.CommandLine;
using Coi.Incus;

namespace Coi.Cli.Files;

/// <summary>What <c>CONTAINER:PATH</c> names.</summary>
/// <param name="Container">Name of the container.</param>
/// <param name="Parent">Directory of the last name, absolute.</param>
/// <param name="Name">The last name; empty for the root directory.</param>
/// <param name="IsDirectory">Whether it ends with a slash, and so can only be a directory.</param>
internal sealed record ContainerPath(string Container, string Parent, string Name, bool IsDirectory)
{
    /// <summary>The whole path inside.</summary>
    public string Path => Name.Length == 0 ? Parent : Parent == "/" ? $"/{Name}" : $"{Parent}/{Name}";

    /// <summary>The whole path inside, for requests.</summary>
    public SftpPath Remote => new(Path);

    /// <summary>Takes it apart.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static ContainerPath Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        // Names of containers have no slash: what has one before the colon is a path of this machine.
        if (colon <= 0 || text.AsSpan(0, colon).Contains('/')) throw new UsageException($"'{text}' is not of the form container:path", "such as my-container:/workspace/file");
        var (container, path) = (text[..colon], text[(colon + 1)..]);
        if (path.Length == 0) throw new UsageException($"the path in '{text}' is empty", $"container:path needs an absolute path, such as {container}:/workspace/");
        if (path[0] != '/') throw new UsageException($"the path in the container '{path}' is not absolute", $"such as {container}:/{path}");
        var parts = path.Split('/').Where(part => part is not ("" or ".")).ToList();
        if (parts is [.., ".."]) throw new UsageException($"the path in the container '{path}' ends with '..'", "name the directory itself");
        var isDirectory = path.EndsWith('/') || path.EndsWith("/.", StringComparison.Ordinal);
        return parts.Count == 0
            ? new ContainerPath(container, "/", "", isDirectory)
            : new ContainerPath(container, "/" + string.Join('/', parts[..^1]), parts[^1], isDirectory);
    }

    /// <summary>A name in this directory.</summary>
    public ContainerPath Join(string name) => new(Container, Path, name, IsDirectory: false);

    /// <inheritdoc />
    public override string ToString() => $"{Container}:{Path}";
}
