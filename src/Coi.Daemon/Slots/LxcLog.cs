namespace Coi.Daemon.Slots;

/// <summary>Reads LXC's log of a container: lines such as <c>lxc NAME 20261124002058.246 ERROR    conf - ../src/lxc/conf.c:run_buffer:322 - Script exited with status 1</c>.</summary>
internal static class LxcLog
{
    private const int Most = 3;

    /// <summary>What went wrong last, in the order in which it happened; without time and place in LXC's source.</summary>
    public static IReadOnlyList<string> Errors(string log) =>
    [
        .. log.Split('\n')
            .Where(line => line.Contains(" ERROR ", StringComparison.Ordinal))
            .Select(line => line.Split(" - ", 3))
            .Where(parts => parts.Length == 3)
            .Select(parts => parts[2].Trim())
            .Distinct()
            .TakeLast(Most),
    ];
}
