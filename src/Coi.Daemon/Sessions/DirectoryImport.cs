
namespace Coi.Daemon.Sessions;

/// <summary>Copies a directory of the user's own, such as their commands, into a session; files there that are newer stay.</summary>
internal sealed class DirectoryImport(List<string> notices)
{
    private const int DeepestLevel = 12;
    private const int MostFiles = 5000;
    private const long MostBytes = 64 << 20;
    private const UnixFileMode Executable = UnixDirectory.PrivateFile | UnixFileMode.UserExecute;

    private int _files;
    private long _bytes;

    /// <summary>Copies what lies under <paramref name="source"/>, links followed: they are the user's own. An absent source is nothing to do.</summary>
    public void Copy(string source, UnixDirectory target, string name)
    {
        if (!Directory.Exists(source))
            return;
        using var directory = target.OpenOrCreateDirectory(name);
        Copy(source, directory, level: 1);
    }

    private void Copy(string source, UnixDirectory target, int level)
    {
        foreach (var entry in new DirectoryInfo(source).EnumerateFileSystemInfos())
        {
            if (entry.Name is ".git" or "node_modules")
                continue;
            try
            {
                if (!Directory.Exists(entry.FullName))
                {
                    if (!CopyFile(entry.FullName, target, entry.Name))
                        return;
                }
                else if (level < DeepestLevel)
                {
                    using var child = target.OpenOrCreateDirectory(entry.Name);
                    Copy(entry.FullName, child, level + 1);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                notices.Add($"{entry.FullName} was not taken over: {e.Message}");
            }
        }
    }

    private bool CopyFile(string source, UnixDirectory target, string name)
    {
        if (UnixDirectory.TryReadTrusted(source, MostBytes) is not { } file)
            return true;
        if (++_files > MostFiles || (_bytes += file.Content.Length) > MostBytes)
        {
            notices.Add($"{Path.GetDirectoryName(source)} is too large and was taken over only in part (at most {MostFiles} files and {MostBytes >> 20} MiB)");
            return false;
        }
        var existing = target.Stat(name);
        if (existing is null or { Kind: UnixEntryKind.File } && !(existing?.Modified >= file.Modified))
        {
            var mode = file.Mode.HasFlag(UnixFileMode.UserExecute) ? Executable : UnixDirectory.PrivateFile;
            target.Write(name, file.Content, mode, file.Modified, durable: false);
        }
        return true;
    }
}
