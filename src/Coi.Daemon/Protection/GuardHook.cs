using System.Runtime.InteropServices;
using Coi.Contracts;
using Coi.Daemon.Hosting;
using Coi.Domain;
using Coi.Domain.Protection;
using Coi.Domain.Slots;

namespace Coi.Daemon.Protection;

/// <summary>
/// The hook by which Incus, as root and before the container's namespaces exist, has <c>coi guard</c> put the guards below the
/// workspace. Mounts that come from outside are locked inside; those that Incus makes itself can be unmounted by root in the container.
/// </summary>
internal static class GuardHook
{
    /// <summary>Directory of what is written down about guards.</summary>
    public static string Directory(DaemonHome home) => Path.Combine(home.Root, "guards");

    /// <summary>What the hook is told.</summary>
    public static string Orders(DaemonHome home, string container) => Path.Combine(Directory(home), container + ".json");

    /// <summary>Where it says what went wrong.</summary>
    public static string Complaint(DaemonHome home, string container) => Path.Combine(Directory(home), container + ".error");

    /// <summary>Whether a container starts by way of the hook.</summary>
    public static bool IsUsed(LaunchSpec spec) => spec.ProtectedPaths is { Count: > 0 };

    /// <summary>
    /// Whether the hook maps the owners of what is mounted writable instead of Incus: the user's own, and nobody else's. What root inside leaves
    /// there then belongs to a user without rights outside, its setuid bit included. A user who is root outside has nothing to gain by it.
    /// </summary>
    public static bool MapsOwners(LaunchSpec spec) => IsUsed(spec) && spec is { ShiftMounts: true, Uid: not 0 };

    /// <summary>The orders for a container's start.</summary>
    public static GuardOrders For(LaunchSpec spec, GuardPlan plan)
    {
        var paths = plan.Guards.Select(guard => new GuardedPath(guard.Path, guard.ReadOnly, guard.Opens)).ToList();
        if (!MapsOwners(spec)) return new GuardOrders(spec.Workspace, paths);
        var mounts = spec.State.Select(state => state.Path).Concat((spec.Mounts ?? []).Where(mount => !mount.ReadOnly).Select(mount => mount.Path));
        return new GuardOrders(spec.Workspace, paths, new GuardOwner(spec.Uid, spec.Gid), [.. mounts]);
    }

    /// <summary>The line for <c>raw.lxc</c>.</summary>
    /// <exception cref="FailureException">There is no way to say it.</exception>
    public static string Line(DaemonHome home, string container)
    {
        var (program, orders) = (Program(), Orders(home, container));
        if ((program + orders).Any(char.IsControl))
            throw Unavailable($"the path of {(program.Any(char.IsControl) ? "coi" : "COI_HOME")} has a control character in it", "Install coi elsewhere, or set another COI_HOME");
        // LXC puts an exec before it. Incus' environment is not the user's; a coi that is not native needs the runtime that this daemon runs on.
        var runtime = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        return $"lxc.hook.pre-start = env DOTNET_ROOT={Quoted(runtime)} {Quoted(program)} guard {Quoted(orders)}";
    }

    // As it is installed: lib/coi/coid and bin/coi.
    private static string Program()
    {
        var places = new[] { Path.Combine(AppContext.BaseDirectory, "../../bin/coi"), Path.Combine(AppContext.BaseDirectory, "coi") }.Select(Path.GetFullPath).ToList();
        return places.FirstOrDefault(File.Exists)
            ?? throw Unavailable($"coi is not where it is installed beside the daemon ({places[0]})", "Install coi as a whole with ./install.sh");
    }

    private static FailureException Unavailable(string why, string hint) =>
        new(new Failure("protection.unavailable", $"protected paths cannot be guarded: {why}", hint));

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
