
namespace Coi.Daemon.Sessions;

internal sealed partial class SessionStore
{
    /// <summary>
    /// Copies a session's state under a new id. The session may be live: each file is copied as far as it had been written. What cannot be
    /// copied is named in the notices.
    /// </summary>
    /// <exception cref="Coi.Contracts.ProblemException">The copy's directory cannot be made.</exception>
    public IReadOnlyList<string> Fork(string tool, string id, string newId) => Do($"copy session {id}", () =>
    {
        using var root = OpenOrCreateRoot(tool);
        using var source = root.TryOpenDirectory(Checked(id)) ?? throw new IOException($"{DirectoryOf(tool, id)} is gone");
        using var target = root.OpenOrCreateDirectory(Checked(newId));
        var copy = new UnixTreeCopy();
        // The copy gets metadata of its own when it begins.
        copy.Run(source, target, except: MetadataFile.Name);
        return copy.Notices;
    });

    /// <summary>Size of a session's files in bytes.</summary>
    public long SizeOf(SavedSession session)
    {
        try
        {
            using var root = UnixDirectory.TryOpenTrusted(RootOf(session.Tool));
            using var directory = root?.TryOpenDirectory(Checked(session.Id));
            return directory is null ? 0 : UnixTree.Size(directory);
        }
        catch (IOException)
        {
            // It is being removed, or part of it is not ours to read: what could be counted does not matter any more.
            return 0;
        }
    }
}
