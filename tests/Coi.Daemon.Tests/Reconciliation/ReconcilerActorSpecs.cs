using Akka.Actor;
using Akka.TestKit;
using Coi.Daemon.Hosting;
using Coi.Daemon.Index;
using Coi.Daemon.Network;
using Coi.Daemon.Reconciliation;
using Coi.Daemon.Slots;
using Coi.Daemon.Tests.Actors;
using Coi.Daemon.Tests.Network;
using Coi.Daemon.Tests.Slots;
using Coi.Daemon.Workspaces;
using Coi.Domain.Slots;
using Coi.FakeIncus;
using Coi.Incus;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Coi.Daemon.Tests.Reconciliation;

public sealed class ReconcilerActorSpecs : ActorSpecs, IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("coi-reconcile-").FullName;
    private readonly TestProbe _slot;
    private readonly TestProbe _workspaces;
    private readonly IActorRef _index;
    private FakeIncusServer? _server;
    private IncusClient? _incus;
    private IActorRef? _reconciler;
    private Domain.Failure? _unwritable;

    public ReconcilerActorSpecs()
    {
        _slot = CreateTestProbe("slot");
        _workspaces = CreateTestProbe("workspaces");
        _index = Sys.ActorOf(Props.Create(() => new IndexActor(ActorRefs.Nobody)));
    }

    private DaemonHome Home => new(_root, Path.Combine(_root, "socket"));

    private FakeIncusServer Server => _server!;

    private IncusClient Incus => _incus!;

    public async Task InitializeAsync()
    {
        _server = await FakeIncusServer.StartAsync(Path.Combine(_root, "incus.socket"));
        _server.AddImage("coi");
        _incus = new IncusClient(new IncusClientOptions { SocketPath = _server.SocketPath });
        var networks = TestNetworks.Of(_incus, Home, Time).GetRequiredService<SlotNetworks>();
        _reconciler = Sys.ActorOf(Props.Create(() => new ReconcilerActor(_incus, _index, Home, networks, () => _workspaces, () => _unwritable, Time)));
    }

    public async Task DisposeAsync()
    {
        _incus?.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void Nothing_is_compared_before_the_journal_is_replayed()
    {
        Tell(new ReconcilerProtocol.Reconcile("the event socket is connected"));
        Assert.False(Report().Completed);
        Assert.Empty(Server.RequestLog);

        Replayed();

        Assert.Empty(Compared());
    }

    [Theory]
    [InlineData(SlotPhase.Running, "is gone although it was running")]
    [InlineData(SlotPhase.Kept, "is gone although it was kept")]
    public void A_slot_is_told_that_its_container_is_gone(SlotPhase phase, string said)
    {
        var state = Known(phase);
        Replayed();
        Tell(new ReconcilerProtocol.Reconcile("test"));

        var fact = _slot.ExpectMsg<SlotProtocol.Fact>(Patience);

        Assert.Equal(new InstanceObserved(Exists: false, Running: false), fact.Input);
        Assert.Same(state, fact.Basis);
        Assert.Contains(said, Assert.Single(Compared()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SlotPhase.Running, true)]
    [InlineData(SlotPhase.Running, false)]
    [InlineData(SlotPhase.Kept, true)]
    [InlineData(SlotPhase.Kept, false)]
    public async Task A_slot_is_told_whether_its_container_runs(SlotPhase phase, bool runs)
    {
        Known(phase);
        await MakeAsync(Launches.Spec(), runs);
        Replayed();
        Tell(new ReconcilerProtocol.Reconcile("test"));

        Assert.Equal(new InstanceObserved(Exists: true, runs), _slot.ExpectMsg<SlotProtocol.Fact>(Patience).Input);
    }

    [Fact]
    public async Task What_is_neither_running_nor_stopped_and_what_is_under_way_say_nothing()
    {
        Known(SlotPhase.Running);
        Known(SlotPhase.Starting, slot: 2);
        await MakeAsync(Launches.Spec(), runs: true);
        await Incus.Instances.FreezeAsync(Launches.Spec().Container);
        Replayed();
        Tell(new ReconcilerProtocol.Reconcile("test"));

        Assert.Empty(Compared());
        _slot.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public async Task A_container_that_nobody_knows_is_handed_to_its_workspace_but_not_a_copy_nor_anothers()
    {
        var spec = Launches.Spec();
        await MakeAsync(spec, runs: true);
        await MakeAsync(spec, runs: false, name: "a-copy");
        await MakeAsync(Launches.Spec(slot: 2), runs: true, home: "/another/home");
        Replayed();
        Tell(new ReconcilerProtocol.Reconcile("test"));

        var adopted = _workspaces.ExpectMsg<WorkspaceProtocol.AdoptContainer>(Patience);

        Assert.Equal((spec.Container, true), (adopted.Spec.Container, adopted.Running));
        _workspaces.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Assert.Equal(["a-copy is a copy", spec.Container], Compared().Select(line => line.StartsWith("a-copy is a copy", StringComparison.Ordinal) ? line[..16] : line.Split(' ')[0]));
    }

    [Fact]
    public async Task Networks_and_acls_that_serve_nobody_are_removed_and_no_others()
    {
        Known(SlotPhase.Kept);
        await MakeAsync(Launches.Spec(), runs: false);
        foreach (var (container, home) in new[] { (Launches.Spec().Container, _root), ("coi-00000000-1", _root), ("coi-11111111-1", "/another/home") })
        {
            var keys = OwnerKeys.For(new DaemonHome(home, ""), container);
            await Incus.NetworkAcls.CreateAsync(new NewNetworkAcl { Name = SlotNames.Acl(container), Config = keys });
            await Incus.Networks.CreateAsync(new NewNetwork { Name = SlotNames.Bridge(container), Config = keys });
        }

        Replayed();
        Tell(new ReconcilerProtocol.Reconcile("test"));

        await AwaitAssertAsync(() => Assert.Contains("the network of coi-00000000-1 served nobody and was removed", Report().Lines), Patience);
        Assert.Equal(
            new[] { SlotNames.Bridge(Launches.Spec().Container), SlotNames.Bridge("coi-11111111-1") }.Order(StringComparer.Ordinal),
            Server.Networks.Keys.Where(name => name.StartsWith("coi", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(2, Server.NetworkAcls.Count);
    }

    [Fact]
    public void A_reading_that_fails_says_nothing_of_containers_and_is_repeated()
    {
        Known(SlotPhase.Running);
        Server.Faults.Fail("GET", "/1.0/instances", 500, "database is locked");
        Replayed();
        Tell(new ReconcilerProtocol.Reconcile("test"));
        AwaitAssert(() => Assert.Contains(Server.RequestLog, request => request.Path.StartsWith("/1.0/instances", StringComparison.Ordinal)), Patience);
        _slot.ExpectNoMsg(TimeSpan.FromMilliseconds(100));

        // Ten seconds later; the failure may take a moment to arrive.
        AwaitAssert(() =>
        {
            Pass(TimeSpan.FromSeconds(10));
            _slot.ExpectMsg<SlotProtocol.Fact>(TimeSpan.FromMilliseconds(300));
        }, Patience);
    }

    [Fact]
    public async Task Nothing_is_removed_while_the_journal_cannot_be_written()
    {
        _unwritable = new Domain.Failure("journal.failed", "the disk is full");
        await Incus.Networks.CreateAsync(new NewNetwork { Name = SlotNames.Bridge("coi-00000000-1"), Config = OwnerKeys.For(Home, "coi-00000000-1") });
        Replayed();
        Tell(new ReconcilerProtocol.Reconcile("test"));

        await AwaitAssertAsync(() => Assert.Contains("the disk is full", Assert.Single(Report().Lines), StringComparison.Ordinal), Patience);
        Assert.Contains(SlotNames.Bridge("coi-00000000-1"), Server.Networks.Keys);

        _unwritable = null;
        Tell(new ReconcilerProtocol.Reconcile("test"));
        await AwaitAssertAsync(() => Assert.DoesNotContain(SlotNames.Bridge("coi-00000000-1"), Server.Networks.Keys), Patience);
    }

    [Fact]
    public async Task A_policy_that_somebody_took_off_is_put_back()
    {
        var spec = Launches.Spec();
        var (bridge, acl) = (SlotNames.Bridge(spec.Container), SlotNames.Acl(spec.Container));
        Known(SlotPhase.Running);
        var keys = OwnerKeys.For(Home, spec.Container);
        keys["ipv4.address"] = "10.213.4.9/29";
        await Incus.Networks.CreateAsync(new NewNetwork { Name = bridge, Config = keys });
        await MakeAsync(spec, runs: true);
        await Incus.Instances.PatchAsync(spec.Container, SlotContainer.Joined(Launches.Plan(spec.Container), ""));
        Replayed();
        Tell(new ReconcilerProtocol.Reconcile("test"));

        Assert.Contains("the policy is put in force again", Assert.Single(Compared()), StringComparison.Ordinal);
        await AwaitAssertAsync(() => Assert.Equal(acl, Server.Networks[bridge].Config.GetValueOrDefault("security.acls")), Patience);
        Assert.Contains(acl, Server.NetworkAcls.Keys);
        Tell(new ReconcilerProtocol.Reconcile("again"));
        await AwaitAssertAsync(() => Assert.Equal(("again", 0, 1, 1), (Report().Why, Report().Lines.Count, Report().Wanted, Report().Found)), Patience);
    }

    [Fact]
    public void It_compares_again_every_half_hour()
    {
        Replayed();
        Tell(new ReconcilerProtocol.Reconcile("test"));
        Compared();
        Known(SlotPhase.Running);

        Pass(TimeSpan.FromMinutes(30));

        _slot.ExpectMsg<SlotProtocol.Fact>(Patience);
    }

    private void Tell(object message) => _reconciler.Tell(message);

    private void Replayed()
    {
        _index.Tell(ReconcilerProtocol.JournalReplayed.Instance);
        Tell(ReconcilerProtocol.JournalReplayed.Instance);
    }

    private ReconcilerProtocol.Report Report() => _reconciler!.Ask<ReconcilerProtocol.Report>(ReconcilerProtocol.GetReport.Instance, Patience).GetAwaiter().GetResult();

    private IReadOnlyList<string> Compared()
    {
        AwaitAssert(() => Assert.True(Report().Completed), Patience);
        return Report().Lines;
    }

    private SlotState Known(SlotPhase phase, int slot = 1)
    {
        var state = SlotState.Initial with { Phase = phase, Spec = Launches.Spec(slot: slot) };
        _index.Tell(new IndexProtocol.SlotChanged($"slot-{slot}", _slot, state, null));
        return state;
    }

    private async Task MakeAsync(LaunchSpec spec, bool runs, string? name = null, string? home = null)
    {
        var described = SlotContainer.Describe(spec, "default", home is null ? Home : new DaemonHome(home, ""));
        var devices = described.Devices.Where(device => device.Key == "root").ToDictionary();
        await Incus.Instances.CreateAsync(described with { Name = name ?? spec.Container, Devices = devices });
        if (runs) await Incus.Instances.StartAsync(name ?? spec.Container);
    }
}
