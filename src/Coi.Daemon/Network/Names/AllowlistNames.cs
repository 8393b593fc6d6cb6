using Coi.Daemon.Hosting;
using Coi.Domain;
using Coi.Domain.Network;

namespace Coi.Daemon.Network.Names;

/// <summary>What is known of the names of each container's allowlist: asked for, remembered, and written down for when DNS fails.</summary>
internal sealed class AllowlistNames(DaemonHome home, NameLookup lookup, NetworkMinute minute, TimeProvider time, ILogger<AllowlistNames> log)
{
    /// <summary>Asks for all names; one that fails keeps its last good answer.</summary>
    /// <param name="container">Container whose memory counts.</param>
    /// <param name="policy">Its policy.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FailureException">There are names, but no address is known for any of them, and nothing else is listed.</exception>
    public async Task<AllowlistMemory> AskAsync(string container, NetworkPolicy policy, CancellationToken cancellationToken)
    {
        var known = NetworkCacheFile.Read(home, container);
        var answers = await Task.WhenAll(policy.ListedNames().Select(n => lookup.AskAsync(n, cancellationToken))).ConfigureAwait(false);
        var memory = known.Learn(answers, RefreshTiming.Of(policy.RefreshMinutes, minute.Length), time.GetUtcNow());
        foreach (var (name, now) in memory.Names) Tell(container, name, known.Names.GetValueOrDefault(name), now);
        RequireSome(policy, memory);
        if (answers.Length > 0) NetworkCacheFile.Write(home, container, memory);
        else Forget(container);
        return memory;
    }

    /// <summary>What is known of a container's names, without asking.</summary>
    public AllowlistMemory Known(string container) => NetworkCacheFile.Read(home, container);

    /// <summary>Asks for the names of a policy that is not in force yet, so that one that would reach nothing is refused before anything changes.</summary>
    /// <param name="container">Container whose memory counts.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The names that cannot be resolved now, each with the reason.</returns>
    /// <exception cref="FailureException">There are names, but no address for any of them, and nothing else is listed.</exception>
    public async Task<IReadOnlyList<NameAnswer>> TryAsync(string container, NetworkPolicy policy, CancellationToken cancellationToken)
    {
        var answers = await Task.WhenAll(policy.ListedNames().Select(n => lookup.AskAsync(n, cancellationToken))).ConfigureAwait(false);
        RequireSome(policy, Known(container).Learn(answers, RefreshTiming.Of(policy.RefreshMinutes, minute.Length), time.GetUtcNow()));
        return [.. answers.Where(answer => answer.Trouble is not null)];
    }

    /// <summary>When a container's names are to be asked for again; null when they never were.</summary>
    public DateTimeOffset? Due(string container) => NetworkCacheFile.Read(home, container).Due;

    /// <summary>Forgets a container.</summary>
    public void Forget(string container) => NetworkCacheFile.Delete(home, container);

    private static void RequireSome(NetworkPolicy policy, AllowlistMemory memory)
    {
        if (policy.ListedAddresses().Any() || memory.Open.Values.Any(a => !a.IsEmpty)) return;
        throw new FailureException(new Failure(
            "network.unresolved",
            $"none of network.allowed_domains could be resolved: {string.Join("; ", memory.Names.Select(n => $"{n.Key}: {n.Value.Trouble}"))}",
            "Check the names, and the host's DNS: getent ahostsv4 NAME"));
    }

    // Each thing once: a name that goes on failing is asked for every few minutes.
    private void Tell(string container, string name, NameMemory? before, NameMemory now)
    {
        if (now.Trouble is not null && now.Trouble != before?.Trouble)
        {
            if (now.Addresses.IsEmpty) log.LogWarning("{Container}: {Name} opens nothing: {Trouble}", container, name, now.Trouble);
            else log.LogWarning("{Container}: {Name} keeps its answer, which is {Age} old: {Trouble}", container, name, Age(now), now.Trouble);
        }
        else if (before is not null && now.Trouble is null && !before.Addresses.SequenceEqual(now.Addresses))
        {
            log.LogInformation("{Container}: {Name} has new addresses: {Addresses}", container, name, now.Addresses);
        }
    }

    private TimeSpan Age(NameMemory name) => TimeSpan.FromSeconds(Math.Round((time.GetUtcNow() - name.AnsweredAt).TotalSeconds));
}
