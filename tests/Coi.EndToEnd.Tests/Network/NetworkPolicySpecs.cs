using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Network;

/// <summary>The three modes on real packets, whichever way a container comes about: <c>shell</c>, <c>run</c>, <c>container launch</c>, <c>build</c>, and Docker inside.</summary>
[Collection(SharedNeighbours.Name)]
public sealed class NetworkPolicySpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private const string Name = "service.coi-e2e.test";

    // An image from what is there: empty directories and links, /usr comes from outside.
    private const string DockerProbe = """
        set -e
        for i in $(seq 1 300); do docker info >/dev/null 2>&1 && break; systemctl start docker >/dev/null 2>&1 || :; done
        d=$(mktemp -d); mkdir $d/usr $d/etc $d/proc $d/dev $d/sys $d/tmp; for l in bin lib lib64 sbin; do ln -s usr/$l $d/$l; done
        tar -C $d -c . | docker import - probe >/dev/null
        docker run --rm -v /usr:/usr:ro probe /usr/bin/python3 -c "$@"
        """;

    private Neighbourhood? _around;
    private NameServer? _names;

    private Neighbourhood Around => _around ?? throw new InvalidOperationException("the test has not begun");

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _around = await Neighbourhood.CreateAsync();
        _names = await NameServer.StartAsync(new Dictionary<string, string> { [Name] = Around.First.Address });
        Coi.Environment["COI_RESOLV_CONF"] = _names.ResolverFile;
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (_names is not null) await _names.DisposeAsync();
        if (_around is not null) await _around.DisposeAsync();
    }

    [Fact]
    public async Task Restricted_is_the_internet_and_nothing_else() => await EachWayAsync(
        ["--network", "restricted"],
        [.. Open(Around.First), .. Open(Around.Second), .. Closed(Around.Lan.Address), .. Closed(Neighbourhood.HereToLan), .. Closed("169.254.169.254"), .. Closed("100.64.0.1")]);

    [Fact]
    public async Task An_allowlist_is_its_names_and_addresses_and_nothing_else()
    {
        Coi.Configure($"network.mode = \"allowlist\"\nnetwork.allowed_domains = [\"{Name}\", \"192.168.77.0/30\"]\n");

        // The range holds an address of this machine, which is not meant by it.
        await EachWayAsync([], [.. Open(Around.First), .. Open(Around.Lan), .. Closed(Around.Second.Address), .. Closed(Neighbourhood.HereToLan), $"tcp:{Name}:8080 → open", "tcp:other.coi-e2e.test:8080 → unknown"]);
    }

    [Fact]
    public async Task Open_is_everything() => await EachWayAsync(["--network", "open"], [.. Open(Around.First), .. Open(Around.Lan)]);

    [Fact]
    public async Task A_build_reaches_no_private_address()
    {
        await using var terminal = await HostTerminal.OpenAsync(Coi);
        await terminal.RunCoiAsync("build --force --base coi");
        var name = "";
        await Eventually.IsTrueAsync(
            "waiting for the build's container", TimeSpan.FromSeconds(90),
            async () => (name = (await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix)).FirstOrDefault(b => b.StartsWith("instances/", StringComparison.Ordinal))?[10..] ?? "").Length > 0
                && (await IncusView.ExecAsync(name, "ip", "route", "show", "default")).Output.Length > 0);

        IReadOnlyList<string> expectations = [.. Open(Around.First), .. Closed(Around.Lan.Address), .. Closed(Neighbourhood.HereToLan), $"udp:{Neighbourhood.HereToLan}:53 → refused"];
        Inside.Compare(expectations, await Inside.RunAsync(name, "probe.py", Questions(expectations)), "the build");

        await terminal.PressAsync("C-c");
        await terminal.ShowsAsync("exit=130", 60);
        await Coi.NothingIsLeftAsync();
    }

    private async Task EachWayAsync(IReadOnlyList<string> flags, IReadOnlyList<string> expectations)
    {
        var session = await Coi.StartAsync(["--debug", .. flags]);
        await Inside.ExpectAsync(session, expectations);
        var nested = await IncusView.ExecAsync(session, ["sh", "-c", DockerProbe, "docker-probe", Inside.Text("probe.py"), .. Questions(expectations)]);
        Inside.Compare(expectations, nested, "a Docker container");

        var launched = $"{Coi.Prefix}launched";
        await Coi.OutputAsync(["container", "launch", .. flags, "coi", launched]);
        await Inside.ExpectAsync(launched, expectations);
        await Coi.OutputAsync("container", "delete", "--force", launched);

        Inside.Compare(expectations, await Coi.RunAsync(["run", .. flags, "--", "python3", "-c", Inside.Text("probe.py"), .. Questions(expectations)]), "coi run");
    }

    private static IReadOnlyList<string> Open(NetworkHost host) => [$"tcp:{host.Address}:8080 → open", $"udp:{host.Address}:8080 → open", $"icmp:{host.Address} → open"];

    private static IReadOnlyList<string> Closed(string address) => [$"tcp:{address}:8080 → refused", $"udp:{address}:8080 → refused", $"icmp:{address} → refused"];

    private static IReadOnlyList<string> Questions(IReadOnlyList<string> expectations) => [.. expectations.Select(e => e.Split(" → ")[0])];
}
