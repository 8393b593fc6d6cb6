using System.Net;
using Coi.Daemon.Hosting;
using Coi.Daemon.Network;
using Coi.Daemon.Network.Names;
using Coi.Daemon.Slots;
using Coi.Daemon.Tests.Network;
using Coi.Daemon.Tests.Slots;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.FakeIncus;
using Xunit;
using Xunit.Abstractions;

namespace Coi.Daemon.Tests.Crashes;

/// <summary>
/// The daemon is killed before and after each thing that it asks of Incus and each event that it writes down. Whatever the moment: no
/// container runs without its policy, the next daemon leaves nothing half made, no conversation has changed, and the slot can be used again.
/// </summary>
public sealed class CrashSpecs(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly string _root = Directory.CreateTempSubdirectory("coi-crash-").FullName;
    private FakeIncusServer? _incus;
    private DnsBench? _dns;

    private DnsBench Dns => _dns ??= new DnsBench { Addresses = ["198.51.100.7"], Ttl = 0 };

    private FakeIncusServer Incus => _incus ?? throw new InvalidOperationException("the test has not begun");

    public async Task InitializeAsync()
    {
        // The guards' hook is coi, which lies beside the daemon where it is installed.
        await File.WriteAllTextAsync(Path.Combine(AppContext.BaseDirectory, "coi"), "");
        _incus = await FakeIncusServer.StartWithImageAsync(Path.Combine(_root, "incus.socket"), "coi");
    }

    public async Task DisposeAsync()
    {
        _dns?.Dispose();
        await Incus.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_launch_is_undone_or_done_whatever_it_asked_of_Incus_last(bool done)
    {
        var moments = await AllAsync((_, at) => Incus.Faults.Silence(at, done), (life, spec) => life.StartAsync(spec));
        Assert.InRange(moments, 12, 100);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_launch_is_undone_or_done_whatever_it_wrote_down_last(bool written)
    {
        var moments = await AllAsync((life, at) => CrashJournal.Silence(life.System.Name, at, written), (life, spec) => life.StartAsync(spec));
        Assert.Equal(4, moments); // reserved, requested, provisioned, started
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task An_end_comes_to_its_end_whatever_it_asked_of_Incus_last(bool done, bool keeps)
    {
        var moments = await AllAsync((_, at) => Incus.Faults.Silence(at, done), (life, spec) => life.EndAsync(spec.Container, remove: !keeps), runs: true, persistent: keeps);
        Assert.InRange(moments, keeps ? 2 : 6, 100);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_end_comes_to_its_end_whatever_it_wrote_down_last(bool written)
    {
        var moments = await AllAsync((life, at) => CrashJournal.Silence(life.System.Name, at, written), (life, spec) => life.EndAsync(spec.Container, remove: true), runs: true);
        Assert.InRange(moments, 4, 5); // asked, stopped, finalised, freed, released
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_kept_container_is_never_lost_while_it_is_started_again(bool done)
    {
        var moments = await AllAsync(
            (_, at) => Incus.Faults.Silence(at, done), (life, spec) => life.StartAsync(spec with { SessionId = Guid.NewGuid().ToString() }), runs: true, persistent: true, rests: true);
        Assert.InRange(moments, 8, 100);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task A_policy_that_changes_is_never_half_in_force_and_comes_into_force_whatever_was_asked_of_Incus_last(bool done, bool loosens)
    {
        var moments = await AllAsync(
            (_, at) => Incus.Faults.Silence(at, done), (life, spec) => life.PoliceAsync(spec.Container, loosens ? Restricted : Listed), runs: true, policy: loosens ? Listed : Restricted);
        Assert.InRange(moments, 8, 100);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_policy_that_changes_comes_into_force_whatever_was_written_down_last(bool written)
    {
        var moments = await AllAsync((life, at) => CrashJournal.Silence(life.System.Name, at, written), (life, spec) => life.PoliceAsync(spec.Container, Listed), runs: true);
        Assert.Equal(2, moments); // changed, applied
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_session_that_goes_on_in_a_new_container_loses_nothing_whatever_was_asked_of_Incus_last(bool done)
    {
        var moments = await AllAsync((_, at) => Incus.Faults.Silence(at, done), (life, spec) => life.StartAsync(spec with { Resumed = true }), runs: true, ended: true);
        Assert.InRange(moments, 12, 100);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_session_that_goes_on_in_a_new_container_loses_nothing_whatever_was_written_down_last(bool written)
    {
        var moments = await AllAsync(
            (life, at) => CrashJournal.Silence(life.System.Name, at, written), (life, spec) => life.StartAsync(spec with { Resumed = true }), runs: true, ended: true);
        Assert.Equal(4, moments); // reserved, requested, provisioned, started
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_container_that_is_to_be_kept_is_kept_or_not_whatever_was_asked_of_Incus_last(bool done)
    {
        var moments = await AllAsync((_, at) => Incus.Faults.Silence(at, done), (life, spec) => life.KeepAsync(spec.Container), runs: true);
        Assert.InRange(moments, 1, 100);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_container_that_is_to_be_kept_is_kept_or_not_whatever_was_written_down_last(bool written)
    {
        var moments = await AllAsync((life, at) => CrashJournal.Silence(life.System.Name, at, written), (life, spec) => life.KeepAsync(spec.Container), runs: true);
        Assert.Equal(2, moments); // asked, marked
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_refresh_of_names_is_finished_by_the_next_daemon_whatever_was_asked_of_Incus_last(bool done)
    {
        var moments = await AllAsync(
            (_, at) => Incus.Faults.Silence(at, done),
            async (_, spec) =>
            {
                // The new address first, the old one goes an interval later.
                Dns.Addresses = ["198.51.100.8"];
                await Holds.EventuallyAsync("in its first life", Patience, () => Task.FromResult(Outdated(spec)));
                return spec;
            },
            runs: true, policy: new NetworkPolicy { Mode = NetworkMode.Allowlist, AllowedDomains = ["api.test"], RefreshMinutes = 1 }, outdated: Outdated);
        Assert.InRange(moments, 6, 200);

        string Outdated(LaunchSpec spec) =>
            Incus.NetworkAcls.GetValueOrDefault(spec.Container) is { } acl && string.Join(' ', acl.Egress.Select(rule => (string?)rule!["destination"])) is var open
            && (!open.Contains("198.51.100.8", StringComparison.Ordinal) || open.Contains("198.51.100.7", StringComparison.Ordinal))
                ? $"open are {open}; "
                : "";
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cleaning_can_be_broken_off_whatever_was_asked_of_Incus_last(bool done)
    {
        var moments = await AllAsync((_, at) => Incus.Faults.Silence(at, done), (life, _) => life.CleanAsync(), runs: true, persistent: true, rests: true, mayGo: true);
        Assert.InRange(moments, 6, 100);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cleaning_can_be_broken_off_whatever_was_written_down_last(bool written)
    {
        var moments = await AllAsync(
            (life, at) => CrashJournal.Silence(life.System.Name, at, written), (life, _) => life.CleanAsync(), runs: true, persistent: true, rests: true, mayGo: true);
        Assert.InRange(moments, 2, 4); // asked, freed, released
    }

    private static NetworkPolicy Restricted { get; } = new() { Mode = NetworkMode.Restricted };

    private static NetworkPolicy Listed { get; } = new() { Mode = NetworkMode.Allowlist, AllowedDomains = ["198.51.100.7"] };

    // Kills the daemon at one moment after the other, until what it does is finished before the moment comes. Beforehand the session runs; it rests in a
    // kept container, or has ended.
    private async Task<int> AllAsync(
        Func<DaemonLife, int, Task> crash, Func<DaemonLife, LaunchSpec, Task<object>> deed,
        bool runs = false, bool persistent = false, bool rests = false, bool ended = false, bool mayGo = false, NetworkPolicy? policy = null,
        Func<LaunchSpec, string>? outdated = null)
    {
        for (var moment = 0; ; moment++)
        {
            var spec = Spec(moment, persistent) with { Policy = policy ?? Restricted };
            Dns.Addresses = ["198.51.100.7"];
            await using var first = await BeginAsync(moment, spec);
            if (runs) Started(await first.StartAsync(spec));
            if (runs) await File.WriteAllTextAsync(Conversation(moment, spec), spec.SessionId);
            if (rests || ended) Assert.IsType<SlotProtocol.Ended>(await first.EndAsync(spec.Container, remove: false));
            if (ended) await Holds.EventuallyAsync($"before moment {moment}", Patience, async () => (await first.ListAsync()).Count == 0 ? "" : "the slot is not free; ");
            var reached = crash(first, moment);
            var finished = deed(first, spec);
            if (await Task.WhenAny(reached, finished).WaitAsync(Patience) == finished)
            {
                Assert.False((await finished) is SlotProtocol.NotStarted or SlotProtocol.NotEnded or SlotProtocol.NotPoliced or SlotProtocol.NotKept, $"{await finished}");
                Incus.Faults.Clear();
                output.WriteLine($"killed at {moment} moments");
                return moment;
            }

            await first.DisposeAsync();
            Incus.Faults.Clear();
            Assert.Equal("", Unguarded());
            await RecoversAsync(moment, spec, runs, persistent && !mayGo, outdated ?? (_ => ""));
        }
    }

    private Task<DaemonLife> BeginAsync(int moment, LaunchSpec spec) => DaemonLife.BeginAsync(Home(moment), Incus, spec.Workspace, new Servers(Dns));

    private async Task RecoversAsync(int moment, LaunchSpec spec, bool began, bool persistent, Func<LaunchSpec, string> outdated)
    {
        await using var second = await BeginAsync(moment, spec);
        await Holds.EventuallyAsync($"at moment {moment}", Patience, async () => Wrong(await second.ListAsync(), moment, spec, began, persistent) + outdated(spec));

        // Nothing stands in the way of the next session, nor in the way of its end.
        if (await second.ListAsync() is [{ Phase: SlotPhase.Running }])
        {
            began = true;
            await File.WriteAllTextAsync(Conversation(moment, spec), spec.SessionId);
        }
        else
        {
            var next = await second.StartAsync(spec with { SessionId = Guid.NewGuid().ToString() });
            Assert.Equal(1, Started(next).Value.Spec?.Slot);
        }

        Assert.IsType<SlotProtocol.Ended>(await second.EndAsync(spec.Container, remove: true));
        await Holds.EventuallyAsync($"after moment {moment}", Patience, async () => Wrong(await second.ListAsync(), moment, spec, began, persistent: false));
    }

    // What must hold when a daemon has nothing more to do; empty when it does.
    private string Wrong(IReadOnlyList<SlotState> slots, int moment, LaunchSpec spec, bool began, bool persistent)
    {
        var (instances, networks, acls) = (Mine(Incus.Instances, i => i.Config), Mine(Incus.Networks, n => n.Config), Mine(Incus.NetworkAcls, a => a.Config));
        var guards = Path.Combine(Home(moment), "guards");
        var notes = Directory.Exists(guards) ? Directory.GetFileSystemEntries(guards).Select(Path.GetFileName).ToList() : [];
        var session = File.Exists(Path.Combine(Home(moment), "sessions-dummy", spec.SessionId, "metadata.json"));
        var held = Path.Exists(Path.Combine(spec.Workspace, ".vscode"));
        var (phase, expected) = slots switch
        {
            [] when !persistent => ("none", (0, 0, 0, false)),
            [{ Phase: SlotPhase.Running }] => ("running", (1, 1, 1, true)),
            [{ Phase: SlotPhase.Kept, Spec.Persistent: true }] => ("kept", (1, 1, 1, false)),
            _ => (string.Join(' ', slots.Select(slot => slot.Phase)), (-1, -1, -1, false)),
        };
        var found = (instances.Count, networks.Count, acls.Count, held);
        var wrong = Unguarded();
        if (found != expected) wrong += $"{phase}: {found} and not {expected}; ";
        if (held != notes.Count > 0) wrong += $"notes: {string.Join(' ', notes)}; ";
        if (instances.Values.Any(instance => instance.IsRunning != (phase == "running"))) wrong += $"{phase}, and the container {(phase == "running" ? "rests" : "runs")}; ";
        if (slots is [{ Phase: SlotPhase.Running } running] && (running.Unpoliced || running.Spec?.Policy.Mode != InForce(spec.Container))) wrong += $"{running.Spec?.Policy.Mode} was asked for, and {InForce(spec.Container)} is in force; ";
        if (slots is [{ Spec: { } known } slot] && (slot.Unmarked || instances.Values.Any(i => i.Config[OwnerKeys.Spec].Contains("\"persistent\":true", StringComparison.Ordinal) != known.Persistent))) wrong += "the container's keys do not say whether it is kept; ";
        if (began && session && File.ReadAllText(Conversation(moment, spec)) != spec.SessionId) wrong += "the conversation has changed; ";
        // A session that began is kept, one that never did leaves nothing.
        if (began && !session) wrong += "the session is lost; ";
        if (!began && phase == "none" && session) wrong += "a session that never began is left; ";
        return wrong;

        Dictionary<string, T> Mine<T>(IReadOnlyDictionary<string, T> things, Func<T, IReadOnlyDictionary<string, string>> config) =>
            things.Where(pair => config(pair.Value).GetValueOrDefault(OwnerKeys.Home) == Home(moment)).ToDictionary();
    }

    // The mode that a container's network has; null while it lets nothing through, or when its rules and the default that they were made for do not belong together.
    private NetworkMode? InForce(string container)
    {
        if (Incus.Instances.GetValueOrDefault(container)?.Devices.GetValueOrDefault("eth0") is not { } nic || ClosedNic.IsClosed(nic)) return null;
        var (egress, rules) = (Incus.Networks[nic["network"]].Config.GetValueOrDefault("security.acls.default.egress.action"), Incus.NetworkAcls[container].Egress.Select(rule => (string?)rule!["action"]).ToList());
        return (egress, rules.Contains("allow")) switch
        {
            ("allow", false) => NetworkMode.Restricted,
            ("reject", true) => NetworkMode.Allowlist,
            _ => null,
        };
    }

    // Containers that run without a network whose policy exists and is whole.
    private string Unguarded() => Torn() + string.Concat(Incus.Instances.Values
        .Where(instance => instance.IsRunning && !(instance.Devices.GetValueOrDefault("eth0")?.GetValueOrDefault("network") is { } bridge
            && Incus.Networks.GetValueOrDefault(bridge)?.Config.GetValueOrDefault("security.acls") is { Length: > 0 } acl && Incus.NetworkAcls.ContainsKey(acl)))
        .Select(instance => $"{instance.Name} runs without its policy; "));

    private string Torn() => string.Concat(Incus.Instances.Values
        .Where(instance => instance.IsRunning && instance.Devices.GetValueOrDefault("eth0") is { } nic && !ClosedNic.IsClosed(nic) && InForce(instance.Name) is null)
        .Select(instance => $"{instance.Name} has rules that do not belong to the bridge's default; "));

    private static SlotProtocol.Started Started(object answer)
    {
        Assert.True(answer is SlotProtocol.Started, $"{answer}");
        return (SlotProtocol.Started)answer;
    }

    private string Conversation(int moment, LaunchSpec spec) => Path.Combine(Home(moment), "sessions-dummy", spec.SessionId, "conversation");

    private string Home(int moment) => Path.Combine(_root, $"home-{moment}");

    private LaunchSpec Spec(int moment, bool persistent)
    {
        var workspace = Directory.CreateDirectory(Path.Combine(_root, $"work-{moment}")).FullName;
        return Launches.Spec(persistent, Guid.NewGuid().ToString()) with
        {
            Container = SlotNames.Container("coi-", Coi.Domain.Workspaces.WorkspaceHash.Of(workspace), 1),
            Workspace = workspace,
            ProtectedPaths = [".vscode"],
        };
    }

    private sealed class Servers(DnsBench dns) : NameServers
    {
        public override IReadOnlyList<IPEndPoint> Read() => [dns.EndPoint];
    }
}
