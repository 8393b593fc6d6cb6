using System.Security.Cryptography;
using System.Text;
using Coi.Daemon.Hosting;

namespace Coi.Daemon.Network.Names;

/// <summary>
/// The hosts files that the bridges' resolvers watch. They run as a user who cannot look into coi's home, so the files are in a directory of
/// the system that all can read and only its maker can write; what stands in them is no secret, and opens nothing.
/// </summary>
internal sealed class NamesDirectory(DaemonHome home, ILogger<NamesDirectory> log)
{
    private const string FileName = "names";

    // Incus' AppArmor profile lets a resolver read nothing but its own files.
    private const string AppArmor = "/sys/module/apparmor/parameters/enabled";

    private const UnixFileMode ReadByAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode EnteredByAll = ReadByAll | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    // Where everybody may write, another user could have made root's directory first.
    private readonly string _root = Path.Combine(
        Environment.IsPrivilegedProcess ? "/var/lib" : "/var/tmp",
        "coi-names-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.UserName}\n{home.Root}")))[..16]);

    private readonly Lock _gate = new();

    /// <summary>Whether resolvers of this host can read such files.</summary>
    public static bool IsReadable => !File.Exists(AppArmor) || !File.ReadAllText(AppArmor).StartsWith('Y');

    /// <summary>The directory of a container.</summary>
    public string Of(string container) => Path.Combine(_root, container);

    /// <summary>Writes what is answered for a container, whole or not at all; the resolver sees it at once.</summary>
    /// <returns>Whether it could be written; if not, the answers belong into the resolver's own configuration.</returns>
    public bool TryWrite(string container, string hosts)
    {
        lock (_gate)
        {
            return TryWriteHere(container, hosts);
        }
    }

    /// <summary>Forgets a container.</summary>
    public void Remove(string container)
    {
        lock (_gate)
        {
            if (!Directory.Exists(Of(container))) return;
            Directory.Delete(Of(container), recursive: true);
            if (!Directory.EnumerateFileSystemEntries(_root).Any()) Directory.Delete(_root);
        }
    }

    private bool TryWriteHere(string container, string hosts)
    {
        try
        {
            foreach (var directory in new[] { _root, Of(container) })
            {
                if (new DirectoryInfo(directory).LinkTarget is not null) throw new IOException($"{directory} is a link");
                Directory.CreateDirectory(directory);
                // Fails for what belongs to somebody else, who could put other names there.
                File.SetUnixFileMode(directory, EnteredByAll);
            }

            // Outside of the watched directory: the resolver would read the unfinished file as well.
            var unfinished = Path.Combine(_root, $".{container}");
            File.WriteAllText(unfinished, hosts);
            File.SetUnixFileMode(unfinished, ReadByAll);
            File.Move(unfinished, Path.Combine(Of(container), FileName), overwrite: true);
            return true;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("The names of {Container} cannot be kept in {Directory}, so each change restarts its resolver: {Reason}", container, _root, ex.Message);
            return false;
        }
    }
}
