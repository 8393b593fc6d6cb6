using System.Text;

namespace Coi.FakeIncus;

/// <summary>One thing on a fake disk.</summary>
/// <param name="Type"><c>file</c>, <c>directory</c> or <c>symlink</c>.</param>
/// <param name="Content">Content of a file, target of a link.</param>
/// <param name="Uid">Owner.</param>
/// <param name="Gid">Group.</param>
/// <param name="Mode">Permission bits.</param>
public sealed record FakeFile(string Type, byte[] Content, int Uid, int Gid, int Mode)
{
    /// <summary>The content as text.</summary>
    public string Text => Encoding.UTF8.GetString(Content);
}

/// <summary>What a fake instance's disk holds.</summary>
public sealed class FakeFileSystem
{
    private static readonly string[] Directories =
        ["/", "/bin", "/etc", "/home", "/mnt", "/opt", "/root", "/run", "/srv", "/tmp", "/usr", "/usr/local", "/usr/local/bin", "/var", "/var/lib", "/var/log"];

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, FakeFile> _files = new(StringComparer.Ordinal);

    internal FakeFileSystem()
    {
        foreach (var path in Directories) _files[path] = new FakeFile("directory", [], 0, 0, path == "/tmp" ? 0x3FF : 0x1ED);
        _files["/etc/hostname"] = new FakeFile("file", "fake\n"u8.ToArray(), 0, 0, 0x1A4);
    }

    /// <summary>All paths.</summary>
    public IReadOnlyList<string> Paths
    {
        get
        {
            lock (_lock) return [.. _files.Keys];
        }
    }

    /// <summary>What is at a path, links not followed; null for nothing.</summary>
    public FakeFile? Find(string path)
    {
        lock (_lock) return _files.GetValueOrDefault(Clean(path));
    }

    /// <summary>Writes a file, with its directories.</summary>
    public void Write(string path, string text, int uid = 0, int gid = 0, int mode = 0x1A4)
    {
        lock (_lock)
        {
            for (var parent = Parent(Clean(path)); !_files.ContainsKey(parent); parent = Parent(parent))
                _files[parent] = new FakeFile("directory", [], uid, gid, 0x1ED);
            _files[Clean(path)] = new FakeFile("file", Encoding.UTF8.GetBytes(text), uid, gid, mode);
        }
    }

    /// <summary>Names that a listing gives besides those that there are: what a hostile inside may say.</summary>
    public IList<string> ImpossibleNames { get; } = [];

    /// <summary>Paths whose content cannot be read or written.</summary>
    public ISet<string> Broken { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Puts something there, whatever has been there.</summary>
    internal void Set(string path, FakeFile file)
    {
        lock (_lock) _files[Clean(path)] = file;
    }

    /// <summary>Renames, with all that is below; false when the new name is taken by a directory.</summary>
    internal bool Move(string from, string to)
    {
        (from, to) = (Clean(from), Clean(to));
        lock (_lock)
        {
            if (!_files.TryGetValue(from, out var moved) || _files.GetValueOrDefault(to) is { Type: "directory" }) return false;
            foreach (var path in _files.Keys.Where(path => path == from || path.StartsWith($"{from}/", StringComparison.Ordinal)).ToList())
            {
                _files[to + path[from.Length..]] = _files[path];
                _files.Remove(path);
            }

            return moved is not null;
        }
    }

    internal FakeFileSystem Copy()
    {
        var copy = new FakeFileSystem();
        lock (_lock)
        {
            copy._files.Clear();
            foreach (var (path, file) in _files) copy._files[path] = file;
        }

        return copy;
    }

    internal IReadOnlyList<string> List(string path)
    {
        var prefix = Clean(path) == "/" ? "/" : $"{Clean(path)}/";
        lock (_lock)
            return [.. _files.Keys.Where(key => key.Length > prefix.Length && key.StartsWith(prefix, StringComparison.Ordinal) && !key[prefix.Length..].Contains('/')).Select(key => key[prefix.Length..])];
    }

    internal void Put(string path, string type, byte[] content, int? uid, int? gid, int? mode)
    {
        path = Clean(path);
        lock (_lock)
        {
            if (_files.GetValueOrDefault(Parent(path))?.Type != "directory") throw new FakeIncusError(404, "Not Found");
            var old = _files.GetValueOrDefault(path);
            if (old is { Type: "directory" } && type != "directory")
                throw new FakeIncusError(500, $"sftp: \"open {path}: is a directory\" (SSH_FX_FAILURE)");
            if (old is not null && type == "symlink") throw new FakeIncusError(500, "sftp: \"file exists\" (SSH_FX_FAILURE)");
            var fallback = type switch { "directory" => 0x1ED, "symlink" => 0x1FF, _ => 0x1A4 };
            _files[path] = new FakeFile(type, content, uid ?? old?.Uid ?? 0, gid ?? old?.Gid ?? 0, mode ?? old?.Mode ?? fallback);
        }
    }

    internal void Delete(string path)
    {
        path = Clean(path);
        lock (_lock)
        {
            if (!_files.ContainsKey(path)) throw new FakeIncusError(404, "Not Found");
            if (_files.Keys.Any(key => key.StartsWith($"{path}/", StringComparison.Ordinal)))
                throw new FakeIncusError(500, $"sftp: \"remove {path}: directory not empty\" (SSH_FX_FAILURE)");
            _files.Remove(path);
        }
    }

    private static string Clean(string path) => path.Length > 1 ? path.TrimEnd('/') : path;

    private static string Parent(string path) => Path.GetDirectoryName(path) is { Length: > 0 } parent ? parent : "/";
}
