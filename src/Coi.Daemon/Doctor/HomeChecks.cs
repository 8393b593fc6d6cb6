using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Daemon.Journal;

namespace Coi.Daemon.Doctor;

/// <summary>What must hold in the coi home. Only reads, but for one row in the journal that tells whether it can be written.</summary>
internal sealed class HomeChecks(DaemonHome home, JournalHealth journal)
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private const long Little = 1L << 30;
    private const long TooLittle = 1L << 26;

    /// <summary>Looks.</summary>
    public IReadOnlyList<DoctorCheck> Run() => [Permissions(), Space(), .. Journal()];

    private DoctorCheck Permissions() => (File.GetUnixFileMode(home.Root) & Others) == 0
        ? new("home", DoctorCheck.Ok, $"{home.Root} is its owner's only")
        : new("home", DoctorCheck.Warning, $"{home.Root} can be entered by other users, and holds conversations and credentials", $"chmod 700 {home.Root}");

    private DoctorCheck Space()
    {
        var free = new DriveInfo(home.Root).AvailableFreeSpace;
        var said = $"{free / 1048576.0:0} MiB are free in {home.Root}";
        return free < TooLittle ? new("space", DoctorCheck.Failed, said, "Free space: without it neither history nor conversations can be written")
            : free < Little ? new("space", DoctorCheck.Warning, said, "Free space soon")
            : new("space", DoctorCheck.Ok, said);
    }

    private IEnumerable<DoctorCheck> Journal()
    {
        yield return journal.Probe() is { } failure
            ? new("journal", DoctorCheck.Failed, failure.Message, failure.Hint)
            : new("journal", DoctorCheck.Ok, $"{home.Journal} can be written ({new FileInfo(home.Journal).Length / 1048576.0:0.0} MiB)");
        foreach (var aside in JournalRescue.SetAside(home.Journal))
            yield return new("journal", DoctorCheck.Warning, $"an earlier journal was damaged and set aside as {aside}", "Remove it when you do not need its history any more");
    }
}
