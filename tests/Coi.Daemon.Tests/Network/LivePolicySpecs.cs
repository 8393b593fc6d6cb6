using Coi.Daemon.Hosting;
using Coi.Daemon.Network;
using Coi.Daemon.Slots;
using Coi.Daemon.Tests.Slots;
using Coi.Domain.Network;
using Coi.Domain.Slots;
using Coi.FakeIncus;
using Coi.Incus;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Coi.Daemon.Tests.Network;

/// <summary>Another policy for a container that runs, as Incus sees it.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "xunit calls DisposeAsync; it is disposed there.")]
public sealed class LivePolicySpecs : IAsyncLifetime
{
    private static readonly NetworkPolicy Restricted = new() { Mode = NetworkMode.Restricted };
    private static readonly NetworkPolicy Open = new() { Mode = NetworkMode.Open };
    private static readonly NetworkPolicy Listed = new() { Mode = NetworkMode.Allowlist, AllowedDomains = ["198.51.100.7"], RefreshMinutes = 30 };

    private readonly string _root = Directory.CreateTempSubdirectory("coi-live-").FullName;
    private FakeIncusServer? _server;
    private IncusClient? _incus;
    private ServiceProvider? _services;
    private NetworkPlan? _plan;

    private FakeIncusServer Server => _server ?? throw new InvalidOperationException("the test has not begun");

    private DaemonHome Home => new(_root, Path.Combine(_root, "socket"));

    public async Task InitializeAsync()
    {
        _server = await FakeIncusServer.StartAsync(Path.Combine(_root, "incus.socket"));
        _server.AddImage("coi");
        _incus = new IncusClient(new IncusClientOptions { SocketPath = _server.SocketPath });
        _services = TestNetworks.Of(_incus, Home, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        if (_services is not null) await _services.DisposeAsync();
        _incus?.Dispose();
        await Server.DisposeAsync();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public async Task Another_mode_closes_the_NIC_before_anything_changes_and_opens_it_last()
    {
        await RunningAsync(Restricted);
        Assert.Equal(["key", "close", "acl", "bridge", "open"], await ChangesAsync(Listed));
        Assert.Equal(["key", "close", "acl", "bridge", "open"], await ChangesAsync(Restricted));
    }

    [Fact]
    public async Task An_open_network_loses_its_ACL_and_gets_it_back_while_the_NIC_is_closed()
    {
        await RunningAsync(Restricted);
        Assert.Equal(["key", "close", "bridge", "open", "no acl"], await ChangesAsync(Open));
        Assert.Empty(Server.NetworkAcls);
        Assert.Equal(["key", "close", "new acl", "bridge", "open"], await ChangesAsync(Restricted));
    }

    [Fact]
    public async Task Another_list_does_not_touch_the_bridge()
    {
        await RunningAsync(Listed);
        Assert.Equal(["key", "acl"], await ChangesAsync(Listed with { AllowedDomains = ["198.51.100.7", "198.51.100.8"] }));
        Assert.Equal(["key"], await ChangesAsync(Listed with { AllowedDomains = ["198.51.100.8", "198.51.100.7"] }));
    }

    [Fact]
    public async Task What_fails_halfway_stays_closed_and_is_opened_when_it_is_repeated()
    {
        await RunningAsync(Restricted);
        Server.Faults.Fail("PATCH", "/1.0/networks/", 500, "Failed starting dnsmasq");
        await Assert.ThrowsAsync<IncusException>(() => ChangesAsync(Listed));
        Assert.True(ClosedNic.IsClosed(Nic));
        await ChangesAsync(Listed);
        Assert.False(ClosedNic.IsClosed(Nic));
    }

    [Fact]
    public async Task A_refresh_of_an_earlier_policy_changes_nothing_any_more()
    {
        var earlier = await RunningAsync(Listed);
        await ChangesAsync(Restricted);
        var acl = Server.NetworkAcls[earlier.Container].Egress.Count;
        Assert.Null(await RefreshAsync(earlier));
        Assert.Equal(acl, Server.NetworkAcls[earlier.Container].Egress.Count);

        await ChangesAsync(Listed with { AllowedDomains = ["198.51.100.8"] });
        Assert.Null(await RefreshAsync(earlier));
        Assert.NotNull(await RefreshAsync(earlier with { Policy = Listed with { AllowedDomains = ["198.51.100.8"] } }));
    }

    private IReadOnlyDictionary<string, string> Nic => Server.Instances.Values.Single().Devices["eth0"];

    private SlotNetworks Networks => _services!.GetRequiredService<SlotNetworks>();

    private Task<DateTimeOffset?> RefreshAsync(LaunchSpec spec) => _services!.GetRequiredService<IAllowlistUpdater>().RefreshAsync(spec, _plan!, OwnerKeys.Session, CancellationToken.None);

    private async Task<LaunchSpec> RunningAsync(NetworkPolicy policy)
    {
        var spec = Launches.Spec() with { Policy = policy };
        await _incus!.Instances.CreateAsync(SlotContainer.Describe(spec, "default", Home), progress: null, CancellationToken.None);
        _plan = await Networks.EnsureAsync(spec.Container, policy, SlotNetworks.PoolOf(spec), null, CancellationToken.None);
        await _incus.Instances.PatchAsync(spec.Container, SlotContainer.Joined(_plan, ""), CancellationToken.None);
        await _incus.Instances.StartAsync(spec.Container, CancellationToken.None);
        return spec;
    }

    // What was changed in Incus, in its order.
    private async Task<IReadOnlyList<string>> ChangesAsync(NetworkPolicy policy)
    {
        var spec = Launches.Spec() with { Policy = policy };
        var before = Server.RequestLog.Count;
        await Networks.PoliceAsync(
            spec, () => _incus!.Instances.PatchAsync(spec.Container, new InstancePatch { Description = "", Config = SlotContainer.Config(spec, Home) }, CancellationToken.None), OwnerKeys.Session);
        return [.. Server.RequestLog.Skip(before).Select(Change).OfType<string>()];
    }

    private static string? Change(FakeRequest request) => (request.Method, request.Path.Split('/', '?')[2]) switch
    {
        ("PATCH", "instances") => request.Body.Contains("ipv4_filtering", StringComparison.Ordinal) ? "close" : request.Body.Contains("eth0", StringComparison.Ordinal) ? "open" : "key",
        ("PATCH", "networks") => "bridge",
        ("PUT", "network-acls") => "acl",
        ("POST", "network-acls") => "new acl",
        ("DELETE", "network-acls") => "no acl",
        _ => null,
    };
}
