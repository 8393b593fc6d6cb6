using Akka;
using Akka.Actor;

using Akka.Hosting;
using Coi.Daemon.Containers;
using Coi.Daemon.Feed;
using Coi.Daemon.History;
using Coi.Daemon.Images;
using Coi.Daemon.Incus;
using Coi.Daemon.Index;
using Coi.Daemon.Journal;
using Coi.Daemon.Network;
using Coi.Daemon.Reconciliation;
using Coi.Daemon.Slots;
using Coi.Daemon.Workspaces;
using Coi.Incus;

namespace Coi.Daemon.Hosting;

/// <summary>The actors below <c>/user</c>; the drawing is in docs/architecture.md.</summary>
internal static class ActorTree
{
    // Stops wait long and work little; launches and removals are bound by the disk and by Incus itself.
    private const int GatewayPlaces = 12;

    // Below the phase's own limit in coid.conf.
    private static readonly TimeSpan BuildsDeadline = TimeSpan.FromSeconds(55);

    /// <summary>Starts them all.</summary>
    public static AkkaConfigurationBuilder WithActorTree(this AkkaConfigurationBuilder builder) => builder.WithActors((system, registry, resolver) =>
    {
        var all = new List<IActorRef>();
        var incus = resolver.GetService<IncusClient>();
        var home = resolver.GetService<DaemonHome>();
        var networks = resolver.GetService<SlotNetworks>();
        var allowlists = resolver.GetService<IAllowlistUpdater>();
        var journal = resolver.GetService<JournalHealth>();
        var time = resolver.GetService<TimeProvider>();
        var known = JournalStreams.WithPrefix(home.Journal, WorkspacesActor.IdPrefix);
        system.ActorOf(Props.Create(() => new UndeliveredActor(journal.Probe)), "undelivered");
        var feed = Add<FeedActor>("feed", Props.Create(() => new FeedActor()));
        // Not among those that the daemon cannot be without.
        var records = system.ActorOf(RecordsActor.Props(feed, resolver.GetService<JournalHistory>(), time), "records");
        registry.Register<RecordsActor>(records);
        var index = Add<IndexActor>("index", Props.Create(() => new IndexActor(feed)));
        var gateway = Add<IncusGatewayActor>("incus", Props.Create(() => new IncusGatewayActor(GatewayPlaces)));
        var slots = new SlotDependencies(gateway, index, resolver.GetService<ISlotEffects>(), IncusFailures.Explain, time, allowlists);
        var reconciler = Add<ReconcilerActor>("reconciler", Props.Create(() => new ReconcilerActor(incus, index, home, networks, () => registry.Get<WorkspacesActor>(), journal.Probe, time)));
        Add<WorkspacesActor>("workspaces", Props.Create(() => new WorkspacesActor(slots, known, reconciler)));
        var images = Add<ImagesActor>("images", ImagesActor.Props(resolver.GetService<IImageBuilder>(), home.Root, records));
        // A build's container goes before the daemon does; sessions stay.
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceStop, "stop-builds", async () =>
        {
            await images.Ask<ImagesProtocol.BuildsStopped>(new ImagesProtocol.StopBuilds(), BuildsDeadline);
            return Done.Instance;
        });
        var containers = resolver.GetService<NamedContainers>();
        var named = Add<NamedContainersActor>("containers", Props.Create(() => new NamedContainersActor(containers, home, allowlists, time)));
        Add<IncusEventsActor>("events", Props.Create(() => new IncusEventsActor(incus, index, reconciler, named)));
        var lifetime = resolver.GetService<DaemonLifetime>();
        system.ActorOf(Props.Create(() => new VitalActors(all, lifetime)), "vital");

        IActorRef Add<T>(string name, Props props)
            where T : ActorBase
        {
            var actor = system.ActorOf(props, name);
            registry.Register<T>(actor);
            all.Add(actor);
            return actor;
        }
    });

    /// <summary>The actor system: settings, journal, log, tree.</summary>
    public static IServiceCollection AddActors(this IServiceCollection services, DaemonHome home) => services.AddAkka("coid", (builder, _) => builder
        .AddHocon(HoconFiles.Read("coid.conf"), HoconAddMode.Prepend)
        .ConfigureLoggers(loggers =>
        {
            loggers.LogLevel = Akka.Event.LogLevel.InfoLevel;
            loggers.ClearLoggers();
            loggers.AddLoggerFactory();
        })
        .WithActorAskTimeout(TimeSpan.FromSeconds(30))
        .WithJournal(home.Journal)
        .WithActorTree());
}
