using System.Text.Json;
using System.Text.Json.Nodes;
using Akka.Actor;
using Coi.Daemon.Journal;
using Coi.Daemon.Tests.Actors;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;
using Xunit;

namespace Coi.Daemon.Tests.Journal;

public sealed class JournalSerializerSpecs : ActorSpecs
{
    private const string Minimal = """
        {"spec":{"container":"coi-9dad1e4e-1","slot":1,"workspace":"/w","session_id":"s","tool":"dummy","persistent":false,"resumed":false,"image":"coi",
        "command":["dummy"],"state":[],"uid":1,"gid":1,"policy":{"mode":"Restricted"},"subnet_pool":"10.213.0.0/16"},"reuses":false,"at":"2026-02-01T10:00:00+00:00"}
        """;

    private readonly JournalSerializer _serializer;

    public JournalSerializerSpecs() => _serializer = new JournalSerializer((ExtendedActorSystem)Sys);

    public static TheoryData<string> Manifests => [.. JournalSerializer.Manifests.Select(m => m.Key).Order()];

    [Fact]
    public void Everything_that_is_journaled_has_a_manifest_and_nothing_else_has()
    {
        var journaled = typeof(IJournaled).Assembly.GetTypes().Concat(typeof(JournalSerializer).Assembly.GetTypes())
            .Where(t => typeof(IJournaled).IsAssignableFrom(t) && t is { IsInterface: false, IsAbstract: false });
        Assert.Equal(journaled.Select(t => t.Name).Order(), JournalSerializer.Manifests.Select(m => m.Value.Name).Order());
    }

    // The fixtures are what version 0.1.0 writes. They never change: a journal outlives every version.
    [Theory]
    [MemberData(nameof(Manifests))]
    public void What_a_released_version_wrote_is_read_and_written_the_same(string manifest)
    {
        var fixture = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Journal", "Fixtures", "0.1.0", $"{manifest}.json"));
        var loaded = _serializer.FromBinary(fixture, manifest);
        Assert.Equal(manifest, _serializer.Manifest(loaded));
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(fixture), JsonNode.Parse(_serializer.ToBinary(loaded))),
            System.Text.Encoding.UTF8.GetString(_serializer.ToBinary(loaded)));
    }

    [Fact]
    public void A_launch_is_read_again_with_every_value()
    {
        var spec = Slots.Launches.Spec(persistent: true) with
        {
            ShiftMounts = false,
            Mtu = 1400,
            State = [new StateMount("state-0", "/a b", "/home/code/.x")],
            Policy = new NetworkPolicy { Mode = NetworkMode.Allowlist, BlockPrivateNetworks = false, AllowedDomains = ["example.org"], RefreshMinutes = 5 },
        };
        var read = Assert.IsType<LaunchRequested>(Again(new LaunchRequested(spec, true, Time.GetUtcNow())));
        Assert.Equal((false, 1400, true), (read.Spec.ShiftMounts, read.Spec.Mtu, read.Reuses));
        Assert.Equal(spec.State, read.Spec.State);
        Assert.Equal(spec.Policy.AllowedDomains.AsEnumerable(), read.Spec.Policy.AllowedDomains);
        Assert.Equal((NetworkMode.Allowlist, false, 5), (read.Spec.Policy.Mode, read.Spec.Policy.BlockPrivateNetworks, read.Spec.Policy.RefreshMinutes));
    }

    [Fact]
    public void What_a_container_is_made_of_and_when_it_ends_is_read_again()
    {
        var now = Time.GetUtcNow();
        var spec = Slots.Launches.Spec() with
        {
            Mounts = [new HostMount("mount-0", "/a b", "/data", ReadOnly: true)],
            Limits = new ContainerLimits { Cpu = 2, MemoryBytes = 1L << 40, Processes = 300, DiskBytes = 5, MaxDuration = TimeSpan.FromDays(2) },
            ProtectedPaths = [".git/hooks"],
        };
        var read = Assert.IsType<LaunchRequested>(Again(new LaunchRequested(spec, false, now))).Spec;
        Assert.Equal(spec.Mounts, read.Mounts);
        Assert.Equal(spec.Limits, read.Limits);
        Assert.Equal(spec.ProtectedPaths, read.ProtectedPaths);
        Assert.Equal(new SessionStarted(now, now.AddDays(2)), Again(new SessionStarted(now, now.AddDays(2))));
        Assert.Equal(new StopRequested(false, false, 60, now, StopCause.TimeUp), Again(new StopRequested(false, false, 60, now, StopCause.TimeUp)));
    }

    // Properties are only added, and what an older version did not write takes its default: one that fails closed.
    [Fact]
    public void What_an_older_version_did_not_write_takes_its_default()
    {
        var spec = Assert.IsType<LaunchRequested>(_serializer.FromBinary(System.Text.Encoding.UTF8.GetBytes(Minimal), "slot.launch-requested.v1")).Spec;
        Assert.True(spec.Policy.BlockPrivateNetworks);
        Assert.True(spec.Policy.BlockMetadataEndpoint);
        Assert.False(spec.Policy.AllowLocalNetworkAccess);
        Assert.False(spec.Policy.AllowedDomains.IsDefault);
        Assert.True(spec.ShiftMounts);
        Assert.Equal((120, 40), (spec.Columns, spec.Rows));
    }

    [Fact]
    public void What_a_newer_version_added_is_passed_over()
    {
        var read = _serializer.FromBinary("""{"slot":1,"at":"2026-02-01T10:00:00+00:00","mood":"good"}"""u8.ToArray(), "workspace.slot-released.v1");
        Assert.Equal(1, Assert.IsType<SlotReleased>(read).Slot);
    }

    [Fact]
    public void A_cause_that_only_a_newer_version_knows_is_unknown()
    {
        var read = _serializer.FromBinary("""{"cause":"Meteor","at":"2026-02-01T10:00:00+00:00"}"""u8.ToArray(), "slot.container-stopped.v1");
        Assert.Equal(StopCause.Unknown, Assert.IsType<ContainerStopped>(read).Cause);
    }

    [Fact]
    public void A_network_mode_that_only_a_newer_version_knows_is_not_guessed() =>
        Assert.Throws<JsonException>(() => JournalSerializer.Read(System.Text.Encoding.UTF8.GetBytes(Minimal.Replace("Restricted", "Airgap", StringComparison.Ordinal)), "slot.launch-requested.v1"));

    [Fact]
    public void A_manifest_that_is_not_known_and_a_type_that_is_not_journaled_are_said()
    {
        Assert.Contains("slot.dreamed.v1", Assert.Throws<ArgumentException>(() => JournalSerializer.Read([], "slot.dreamed.v1")).Message);
        Assert.Contains("String", Assert.Throws<ArgumentException>(() => _serializer.ToBinary("text")).Message);
    }

    [Theory]
    [InlineData("slot.dreamed.v1", "{}")]
    [InlineData("slot.freed.v1", "")]
    [InlineData("slot.launch-requested.v1", "{\"reuses\":")]
    public void An_actor_is_handed_what_cannot_be_read_instead_of_an_exception(string manifest, string json) =>
        Assert.Equal(manifest, Assert.IsType<UnreadableEvent>(_serializer.FromBinary(System.Text.Encoding.UTF8.GetBytes(json), manifest)).Manifest);

    [Fact]
    public void Who_asked_is_read_again()
    {
        var by = new Requester(1000, 4711, "coi");
        Assert.Equal(by, Assert.IsType<LaunchRequested>(Again(new LaunchRequested(Slots.Launches.Spec(), false, Time.GetUtcNow(), by))).By);
        Assert.Equal(by, Assert.IsType<StopRequested>(Again(new StopRequested(true, true, 0, Time.GetUtcNow(), By: by))).By);
        Assert.Equal(by, Assert.IsType<ContainerPersisted>(Again(new ContainerPersisted(Time.GetUtcNow(), by))).By);
    }

    private object Again(object evt) => _serializer.FromBinary(_serializer.ToBinary(evt), _serializer.Manifest(evt));
}
