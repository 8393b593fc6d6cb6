using Coi.Daemon.Hosting;

namespace Coi.Daemon.Journal;

/// <summary>What the next caller must be told about the journal, once; it waits in a file, so that a daemon that ends meanwhile does not lose it.</summary>
internal sealed class JournalNotices(DaemonHome home)
{
    private readonly string _path = Path.Combine(home.Root, "journal.notice");
    private readonly Lock _lock = new();
    private bool _empty;

    /// <summary>Leaves a notice.</summary>
    public void Put(string notice) => File.WriteAllText(_path, notice);

    /// <summary>The notice, which is gone with it; null when there is none.</summary>
    public string? Take()
    {
        lock (_lock)
        {
            if (_empty) return null;
            _empty = true;
            try
            {
                if (!File.Exists(_path)) return null;
                var notice = File.ReadAllText(_path);
                File.Delete(_path);
                return notice;
            }
            catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
            {
                // It is in the log and in the status too.
                return null;
            }
        }
    }
}
