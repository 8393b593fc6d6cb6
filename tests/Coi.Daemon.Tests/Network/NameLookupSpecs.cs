using System.Net;
using Coi.Daemon.Network.Names;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Coi.Daemon.Tests.Network;

/// <summary>Questions and answers on this machine's loopback.</summary>
public sealed class NameLookupSpecs : IDisposable
{
    private readonly DnsBench _dns = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly NameLookup _lookup;

    public NameLookupSpecs() => _lookup = new NameLookup(_time, new NetworkMinute(TimeSpan.FromMinutes(1)), new Servers(_dns.EndPoint));

    public void Dispose() => _dns.Dispose();

    [Fact]
    public async Task An_answer_comes_with_its_time()
    {
        _dns.Addresses = ["8.8.4.4", "1.1.1.1"];
        _dns.Ttl = 300;

        var answer = await _lookup.AskAsync("service.example", CancellationToken.None);

        Assert.Null(answer.Trouble);
        Assert.Equal("1.1.1.1 8.8.4.4", string.Join(' ', answer.Addresses));
        Assert.Equal(TimeSpan.FromSeconds(300), answer.Ttl);
    }

    [Fact]
    public async Task Two_hundred_addresses_come_over_tcp()
    {
        _dns.Addresses = [.. Enumerable.Range(1, 200).Select(i => $"9.9.9.{i}")];

        var answer = await _lookup.AskAsync("service.example", CancellationToken.None);

        Assert.Equal(200, answer.Addresses.Length);
        Assert.True(_dns.OverTcp > 0, "a datagram cannot have held it");
    }

    [Fact]
    public async Task Addresses_at_the_end_of_a_chain_of_aliases_are_the_names_own()
    {
        _dns.Aliases = 8;
        _dns.Addresses = ["1.1.1.1"];

        Assert.Equal("1.1.1.1", Assert.Single((await _lookup.AskAsync("service.example", CancellationToken.None)).Addresses));
    }

    [Fact]
    public async Task A_slow_answer_is_waited_for()
    {
        _dns.Delay = TimeSpan.FromSeconds(1);
        _dns.Addresses = ["1.1.1.1"];

        Assert.Null((await _lookup.AskAsync("service.example", CancellationToken.None)).Trouble);
    }

    [Fact]
    public async Task An_answer_is_shared_while_it_is_good_and_says_what_is_left_of_its_time()
    {
        _dns.Addresses = ["1.1.1.1"];
        _dns.Ttl = 300;
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _lookup.AskAsync("service.example", CancellationToken.None)));
        _time.Advance(TimeSpan.FromSeconds(100));

        Assert.Equal(TimeSpan.FromSeconds(200), (await _lookup.AskAsync("service.example", CancellationToken.None)).Ttl);
        Assert.Equal(1, _dns.Questions);

        _time.Advance(TimeSpan.FromSeconds(200));
        await _lookup.AskAsync("service.example", CancellationToken.None);
        Assert.Equal(2, _dns.Questions);
    }

    [Fact]
    public async Task A_time_of_nothing_is_a_minute()
    {
        _dns.Addresses = ["1.1.1.1"];
        _dns.Ttl = 0;
        await _lookup.AskAsync("service.example", CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(59));
        await _lookup.AskAsync("service.example", CancellationToken.None);

        Assert.Equal(1, _dns.Questions);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_trouble_and_asked_for_again()
    {
        _dns.Code = 3;
        Assert.Equal("there is no such name", (await _lookup.AskAsync("service.example", CancellationToken.None)).Trouble);
        _dns.Code = 0;
        _dns.Addresses = ["1.1.1.1"];

        Assert.Null((await _lookup.AskAsync("service.example", CancellationToken.None)).Trouble);
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("127.0.0.1")]
    public async Task A_private_address_opens_nothing(string address)
    {
        _dns.Addresses = [address];

        Assert.Equal($"it has only addresses that a name never opens ({address})", (await _lookup.AskAsync("service.example", CancellationToken.None)).Trouble);
    }

    [Fact]
    public async Task Private_addresses_among_public_ones_are_left_out()
    {
        _dns.Addresses = ["10.0.0.1", "1.1.1.1", "192.168.1.1"];

        Assert.Equal("1.1.1.1", Assert.Single((await _lookup.AskAsync("service.example", CancellationToken.None)).Addresses));
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_trouble_within_five_seconds()
    {
        _dns.Silent = true;
        var answer = await _lookup.AskAsync("service.example", CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));

        Assert.NotNull(answer.Trouble);
        Assert.Empty(answer.Addresses);
    }

    private sealed class Servers(IPEndPoint server) : NameServers
    {
        public override IReadOnlyList<IPEndPoint> Read() => [server];
    }
}
