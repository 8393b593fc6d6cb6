using System.Collections.Concurrent;
using System.Net;
using Coi.Domain.Network;
using DnsClient;

namespace Coi.Daemon.Network.Names;

/// <summary>
/// Asks for names, once for all slots: who asks while a question is under way, or while its answer is good, gets the same. The class library
/// resolves names as well, but does not say for how long an answer is good.
/// </summary>
internal sealed class NameLookup(TimeProvider time, NetworkMinute minute, NameServers nameServers)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PerServer = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, Asked> _asked = new();

    /// <summary>The answer for a name; trouble is part of it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="cancellationToken">Gives up; the question goes on for others.</param>
    public async Task<NameAnswer> AskAsync(string name, CancellationToken cancellationToken)
    {
        var asked = _asked.AddOrUpdate(name, Ask, (_, earlier) => IsGood(earlier) ? earlier : Ask(name));
        var answer = await asked.Answer.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        return answer with { Ttl = asked.At + answer.Ttl - time.GetUtcNow() };
    }

    private Asked Ask(string name) => new(new Lazy<Task<NameAnswer>>(() => LookUpAsync(name)), time.GetUtcNow());

    private bool IsGood(Asked earlier)
    {
        if (!earlier.Answer.IsValueCreated || !earlier.Answer.Value.IsCompleted) return true;
        if (!earlier.Answer.Value.IsCompletedSuccessfully || earlier.Answer.Value.Result is not { Trouble: null } answer) return false;
        var good = answer.Ttl > minute.Length ? answer.Ttl : minute.Length;
        return time.GetUtcNow() < earlier.At + good;
    }

    private async Task<NameAnswer> LookUpAsync(string name)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            if (NameServers.FromHosts(name) is { Count: > 0 } known) return Usable(name, known, TimeSpan.Zero);
            var servers = nameServers.Read();
            if (servers.Count == 0) return Trouble(name, "the host has no name server");
            var response = await Client(servers).QueryAsync(DnsString.FromResponseQueryString(name + "."), QueryType.A, cancellationToken: deadline.Token).ConfigureAwait(false);
            if (response.HasError) return Trouble(name, response.Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain ? "there is no such name" : response.ErrorMessage);
            var ttl = response.Answers.Select(record => record.TimeToLive).DefaultIfEmpty(0).Min();
            return Usable(name, [.. response.Answers.ARecords().Select(record => record.Address)], TimeSpan.FromSeconds(ttl));
        }
        catch (OperationCanceledException)
        {
            return Trouble(name, $"no name server answered within {Deadline.TotalSeconds:0} s");
        }
        catch (Exception ex) when (ex is DnsResponseException or IOException or ArgumentException or UnauthorizedAccessException)
        {
            return Trouble(name, ex.Message);
        }
    }

    // A VPN that comes or goes changes the servers, so a client is made for each question; answers are kept here, not in it.
    private static LookupClient Client(IReadOnlyList<IPEndPoint> servers) => new(new LookupClientOptions([.. servers])
    {
        UseCache = false,
        UseRandomNameServer = false,
        UseTcpFallback = true,
        Timeout = PerServer,
        Retries = 1,
    });

    private static NameAnswer Usable(string name, IReadOnlyList<IPAddress> addresses, TimeSpan ttl)
    {
        var all = addresses.Select(a => a.ToString()).ToList();
        var usable = ResolvedAllowlist.Public(all);
        if (!usable.IsEmpty) return new NameAnswer(name, usable, ttl);
        return Trouble(name, all.Count == 0 ? "it has no IPv4 address" : $"it has only addresses that a name never opens ({string.Join(", ", all.Take(3))})");
    }

    private static NameAnswer Trouble(string name, string reason) => new(name, [], TimeSpan.Zero, reason);

    private sealed record Asked(Lazy<Task<NameAnswer>> Answer, DateTimeOffset At);
}
