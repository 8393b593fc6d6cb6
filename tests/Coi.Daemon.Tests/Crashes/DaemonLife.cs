using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using Coi.Contracts;
using Coi.Daemon.Api;
using Coi.Daemon.Hosting;
using Coi.Daemon.Incus;
using Coi.Daemon.Index;
using Coi.Daemon.Network;
using Coi.Daemon.Network.Names;
using Coi.Daemon.Protection;
using Coi.Daemon.Reconciliation;
using Coi.Daemon.Sessions;
using Coi.Daemon.Slots;
using Coi.Daemon.Tests.Network;
using Coi.Daemon.Workspaces;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;
using Coi.FakeIncus;
using Coi.Incus;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Coi.Daemon.Tests.Crashes;

/// <summary>One life of a daemon: its actors, as they are put together in ActorTree, on a fake Incus and a journal that outlives it.</summary>
internal sealed class DaemonLife : IAsyncDisposable
{
    private const string Settings = """
        akka.loglevel = ERROR
        akka.stdout-loglevel = OFF
        akka.log-dead-letters = off
        akka.coordinated-shutdown.run-by-actor-system-terminate = off
        akka.persistence.journal.plugin = "akka.persistence.journal.crash"
        akka.persistence.journal.crash.class = "Coi.Daemon.Tests.Crashes.CrashJournal, Coi.Daemon.Tests"
        akka.persistence.journal.crash.plugin-dispatcher = "akka.actor.default-dispatcher"
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // Of the network's timers.
    private static readonly TimeSpan Minute = TimeSpan.FromMilliseconds(100);
    private readonly IncusClient _incus;
    private readonly IActorRef _index;
    private readonly IActorRef _reconciler;
    private readonly IActorRef _workspaces;
    private readonly CleanPlan _plan;

    private DaemonLife(string root, FakeIncusServer incus, IReadOnlyList<string> known, NameServers? names, TimeProvider time)
    {
        System = ActorSystem.Create($"coid-{Guid.NewGuid():N}", ConfigurationFactory.ParseString(Settings));
        _incus = new IncusClient(new IncusClientOptions { SocketPath = incus.SocketPath, Time = time });
        var home = new DaemonHome(root, Path.Combine(root, "socket"));
        var services = TestNetworks.Of(_incus, home, TimeProvider.System, names, Minute);
        var networks = services.GetRequiredService<SlotNetworks>();
        var store = new SessionStore(root, TimeProvider.System);
        var guards = new WorkspaceGuards(home);
        var effects = new SlotEffects(_incus, networks, new SessionKeeper(store, TimeProvider.System), guards, home);
        _index = System.ActorOf(Props.Create(() => new IndexActor(ActorRefs.Nobody)), "index");
        var gateway = System.ActorOf(Props.Create(() => new IncusGatewayActor(12)), "incus");
        var slots = new SlotDependencies(gateway, _index, effects, IncusFailures.Explain, TimeProvider.System, services.GetRequiredService<IAllowlistUpdater>());
        _reconciler = System.ActorOf(Props.Create(() => new ReconcilerActor(_incus, _index, home, networks, () => _workspaces!, () => null, TimeProvider.System)), "reconciler");
        _workspaces = System.ActorOf(Props.Create(() => new WorkspacesActor(slots, known, _reconciler)), "workspaces");
        System.ActorOf(Props.Create(() => new IncusEventsActor(_incus, _index, _reconciler, ActorRefs.Nobody)), "events");
        _plan = new CleanPlan(_incus, new ContainerIndex(new Required<IndexActor>(_index)), store, networks, guards, home, TimeProvider.System);
    }

    public ActorSystem System { get; }

    /// <summary>Begins a life and waits until it has compared its journal with Incus.</summary>
    /// <param name="root">The coi home.</param>
    /// <param name="incus">The Incus.</param>
    /// <param name="workspace">The workspace that its journal knows, if it has got so far.</param>
    /// <param name="names">Who it asks for names; null for whom this machine asks.</param>
    /// <param name="time">What the deadlines of its requests to Incus go by; null for this machine's.</param>
    public static async Task<DaemonLife> BeginAsync(string root, FakeIncusServer incus, string workspace, NameServers? names = null, TimeProvider? time = null)
    {
        var life = new DaemonLife(root, incus, [WorkspacesActor.IdPrefix + WorkspaceHash.Of(workspace)], names, time ?? TimeProvider.System);
        using var deadline = new CancellationTokenSource(Patience);
        while (!(await life._reconciler.Ask<ReconcilerProtocol.Report>(ReconcilerProtocol.GetReport.Instance, deadline.Token)).Completed) await Task.Delay(5, deadline.Token);
        return life;
    }

    /// <summary>Starts a session.</summary>
    public async Task<object> StartAsync(LaunchSpec spec)
    {
        var answer = new Answer();
        var asker = System.ActorOf(Props.Create(() => new Asker(answer)));
        _workspaces.Tell(new WorkspaceProtocol.StartSession(WorkspaceHash.Of(spec.Workspace), 0, 10, "coi-", spec, new Dictionary<string, string>(), asker));
        return await answer.Task;
    }

    /// <summary>Ends a container.</summary>
    public async Task<object> EndAsync(string container, bool remove)
    {
        var entry = await EntryAsync(container);
        return await entry.Actor.Ask<object>(asker => new SlotProtocol.EndSession(container, new End(Force: true, remove, 0), asker), Patience, CancellationToken.None);
    }

    /// <summary>Puts another network policy into force.</summary>
    public async Task<object> PoliceAsync(string container, NetworkPolicy policy)
    {
        var entry = await EntryAsync(container);
        var from = entry.State.Spec?.Policy ?? policy;
        return await entry.Actor.Ask<object>(asker => new SlotProtocol.PoliceContainer(container, from, policy, asker), Patience, CancellationToken.None);
    }

    /// <summary>Makes a running container one that is kept.</summary>
    public async Task<object> KeepAsync(string container)
    {
        var entry = await EntryAsync(container);
        return await entry.Actor.Ask<object>(asker => new SlotProtocol.KeepContainer(container, asker), Patience, CancellationToken.None);
    }

    /// <summary>Removes what <c>coi clean</c> does; the answer is how many things that were.</summary>
    public async Task<object> CleanAsync()
    {
        var found = await _plan.FindAsync(new CleanRequest { Containers = true, Orphans = true }, CancellationToken.None);
        foreach (var removal in found) await removal.RemoveAsync(CancellationToken.None);
        return found.Count;
    }

    /// <summary>What it says that there is.</summary>
    public async Task<IReadOnlyList<SlotState>> ListAsync() =>
        [.. (await _index.Ask<IndexProtocol.Containers>(IndexProtocol.ListContainers.Instance, Patience)).Entries.Select(entry => entry.State)];

    /// <summary>Ends as by <c>kill -9</c>, as far as Incus and the journal see: they hear nothing more of it.</summary>
    public async ValueTask DisposeAsync()
    {
        _incus.Dispose();
        await System.Terminate();
    }

    private async Task<IndexProtocol.Entry> EntryAsync(string container) =>
        Assert.IsType<IndexProtocol.Entry>(await _index.Ask<object>(new IndexProtocol.FindContainer(container), Patience));

    private sealed record Required<T>(IActorRef ActorRef) : IRequiredActor<T>
    {
        public Task<IActorRef> GetAsync(CancellationToken cancellationToken = default) => Task.FromResult(ActorRef);
    }

    private sealed class Answer
    {
        private readonly TaskCompletionSource<object> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<object> Task => _source.Task;

        public void Set(object answer) => _source.TrySetResult(answer);
    }

    private sealed class Asker : ReceiveActor
    {
        public Asker(Answer answer) => ReceiveAny(message =>
        {
            if (message is not (SlotProtocol.Started or SlotProtocol.NotStarted)) return;
            answer.Set(message);
            Context.Stop(Self);
        });
    }
}
