using System.Net;
using Coi.Daemon.Tests.Network;
using Coi.EndToEnd.Tests.Support;
using Xunit;
using Xunit.Abstractions;

namespace Coi.EndToEnd.Tests.Network;

/// <summary>What a name server can say about an allowed name, and what it may not bring about.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "xunit calls DisposeAsync; the server is disposed there.")]
[Collection(SharedNeighbours.Name)]
public sealed class AllowlistAnswersSpecs(ITestOutputHelper output) : EndToEndSpecs(output)
{
    private const string Name = "service.coi-e2e.test";
    private DnsBench? _dns;
    private Neighbourhood? _around;

    private DnsBench Dns => _dns ?? throw new InvalidOperationException("the test has not begun");

    private Neighbourhood Around => _around ?? throw new InvalidOperationException("the test has not begun");

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _around = await Neighbourhood.CreateAsync();
        _dns = new DnsBench(new IPEndPoint(IPAddress.Parse("127.0.77.54"), 53)) { Ttl = 0 };
        var resolver = Path.Combine(Coi.Root, "resolv.conf");
        await File.WriteAllTextAsync(resolver, "nameserver 127.0.77.54\n");
        Coi.Environment["COI_RESOLV_CONF"] = resolver;
        // An interval is two seconds, a floor one, and a name that failed is asked for again after two.
        Coi.Environment["COI_NETWORK_MINUTE"] = "1";
        Coi.Configure($"network.mode = \"allowlist\"\nnetwork.refresh_interval_minutes = 2\nnetwork.allowed_domains = [\"{Name}\"]\n");
    }

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _dns?.Dispose();
        if (_around is not null) await _around.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_starts_on_an_answer_that_opens_nothing_and_the_reason_is_said()
    {
        Dns.Code = 3;
        await RefusedAsync("there is no such name");
        Dns.Code = 0;
        Dns.Addresses = [Around.Lan.Address, "169.254.169.254", "127.0.0.1"];
        await RefusedAsync("it has only addresses that a name never opens");
        Dns.Silent = true;
        await RefusedAsync(Name);
        Assert.Empty(await Coi.Incus.BelongingsAsync(Coi.State, Coi.Prefix));
    }

    [Fact]
    public async Task Whatever_is_answered_later_the_last_good_answer_counts_and_nothing_private_is_opened()
    {
        Dns.Addresses = [Around.First.Address];
        var container = await Coi.StartAsync("--debug");
        await KeepsAsync(container, "the first answer");

        Dns.Code = 3;
        await KeepsAsync(container, "no such name");
        (Dns.Code, Dns.Addresses) = (0, [Around.Lan.Address]);
        await KeepsAsync(container, "a private address");
        Dns.Addresses = [Around.Lan.Address, Around.First.Address, "10.0.0.1"];
        await KeepsAsync(container, "private addresses beside the right one");
        (Dns.Addresses, Dns.Aliases) = ([Around.First.Address], 8);
        await KeepsAsync(container, "eight aliases");
        (Dns.Aliases, Dns.Delay) = (0, TimeSpan.FromSeconds(1));
        await KeepsAsync(container, "a slow answer");
        Dns.Delay = TimeSpan.Zero;
        // Documentation addresses (TEST-NET-2), of which one is a host.
        Dns.Addresses = [.. Enumerable.Range(10, 200).Where(n => n != 11).Select(n => $"198.51.100.{n}")];
        await KeepsAsync(container, "two hundred addresses, which take TCP");
        Assert.True(Dns.OverTcp > 0, "a datagram cannot have held it");
        Dns.Addresses = [Around.First.Address];
        await KeepsAsync(container, "one address again");
        Dns.Silent = true;
        await KeepsAsync(container, "silence");
        var log = string.Concat(Directory.GetFiles(Path.Combine(Coi.State, "logs"), "coid*.log").Select(File.ReadAllText));
        Assert.Contains("keeps its answer", log, StringComparison.Ordinal);
    }

    private async Task RefusedAsync(string why)
    {
        var refused = await Coi.RunAsync("shell", "--background");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(why, refused.Error, StringComparison.Ordinal);
    }

    // After the next two questions, so that what was answered has been applied.
    private async Task KeepsAsync(string container, string what)
    {
        var asked = Dns.Questions;
        await Eventually.IsTrueAsync($"waiting for two questions ({what})", TimeSpan.FromSeconds(40), () => Task.FromResult(Dns.Questions >= asked + 2));
        Output.WriteLine(what);
        await Inside.ExpectAsync(
            container, $"tcp:{Name}:8080 → open", $"tcp:{Around.First.Address}:8080 → open", $"tcp:{Around.Second.Address}:8080 → refused",
            $"tcp:{Around.Lan.Address}:8080 → refused", "tcp:10.0.0.1:8080 → refused", "tcp:elsewhere.coi-e2e.test:8080 → unknown");
    }
}
