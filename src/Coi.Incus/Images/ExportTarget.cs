namespace Coi.Incus;

/// <summary>The local directory that an image is exported to.</summary>
internal sealed class ExportTarget(string action, string directory, string fingerprint)
{
    private readonly List<string> _paths = [];

    public IReadOnlyList<string> Paths => _paths;

    public Stream Create(string? name)
    {
        name = string.IsNullOrEmpty(name) ? $"{fingerprint}.tar" : name;
        // The name comes from the server; it must stay in the directory.
        if (Path.GetFileName(name) != name || name is "." or "..")
            throw new IncusException(action, 502, $"Incus named a file '{name}'");
        var path = Path.Combine(directory, name);
        var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        _paths.Add(path);
        return file;
    }
}
