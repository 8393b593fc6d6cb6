using System.Collections.Immutable;

namespace Coi.Domain.Network;

/// <summary>What asking for one name came to.</summary>
/// <param name="Name">The name.</param>
/// <param name="Addresses">Its public IPv4 addresses; empty when the question failed.</param>
/// <param name="Ttl">How long the answer may be used.</param>
/// <param name="Trouble">Why there is no usable answer; null when there is one.</param>
public sealed record NameAnswer(string Name, ImmutableArray<string> Addresses, TimeSpan Ttl, string? Trouble = null);

/// <summary>When names are asked for again.</summary>
/// <param name="Interval">The longest time between two questions, and how long an address that is no longer answered stays open; zero never asks again.</param>
/// <param name="Floor">The shortest time between two questions, whatever the answer's own time says.</param>
/// <param name="Retry">The longest time until a name that failed is asked for again.</param>
public sealed record RefreshTiming(TimeSpan Interval, TimeSpan Floor, TimeSpan Retry)
{
    /// <summary>The timing of a policy.</summary>
    /// <param name="minutes">Its interval in minutes; 0 never asks again.</param>
    /// <param name="minute">How long a minute is; a test has shorter ones.</param>
    public static RefreshTiming Of(int minutes, TimeSpan minute) => new(minutes * minute, minute, 5 * minute);
}

/// <summary>What is known of one name.</summary>
/// <param name="Addresses">Its last good answer; what the container is told.</param>
/// <param name="AnsweredAt">When that came.</param>
/// <param name="Leaving">Addresses of earlier answers that are still open, with the moment in which each is closed.</param>
/// <param name="Trouble">Why the last question failed; null when it did not.</param>
public sealed record NameMemory(ImmutableArray<string> Addresses, DateTimeOffset AnsweredAt, ImmutableSortedDictionary<string, DateTimeOffset> Leaving, string? Trouble);

/// <summary>What is known of the names of one allowlist: the last good answers, and what of earlier ones is still open.</summary>
/// <param name="Names">By name.</param>
/// <param name="LastUpdate">When they were asked for.</param>
/// <param name="Due">When they are to be asked for again; null for never.</param>
public sealed record AllowlistMemory(ImmutableSortedDictionary<string, NameMemory> Names, DateTimeOffset LastUpdate, DateTimeOffset? Due)
{
    /// <summary>Nothing is known.</summary>
    public static AllowlistMemory Empty { get; } = new(ImmutableSortedDictionary<string, NameMemory>.Empty, default, null);

    /// <summary>Everything that is open for the names, the addresses that are about to leave among it.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Open =>
        Names.ToImmutableSortedDictionary(n => n.Key, n => ResolvedAllowlist.Public(n.Value.Addresses.Concat(n.Value.Leaving.Keys)));

    /// <summary>What the container is told for the names.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Answers => Names.ToImmutableSortedDictionary(n => n.Key, n => n.Value.Addresses);

    /// <summary>
    /// What is known after new answers: new addresses are open at once, those that are no longer answered an interval longer, so that
    /// connections to them survive. A name whose question failed keeps what it had. Names that were not asked for are forgotten.
    /// </summary>
    public AllowlistMemory Learn(IReadOnlyCollection<NameAnswer> answers, RefreshTiming timing, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentNullException.ThrowIfNull(timing);
        var names = answers.ToImmutableSortedDictionary(a => a.Name, a => Learn(Names.GetValueOrDefault(a.Name), a, timing.Interval, now));
        return new AllowlistMemory(names, now, timing.Interval > TimeSpan.Zero ? DueAfter(answers, names.Values, timing, now) : null);
    }

    private static NameMemory Learn(NameMemory? known, NameAnswer answer, TimeSpan interval, DateTimeOffset now)
    {
        var leaving = (known?.Leaving ?? ImmutableSortedDictionary<string, DateTimeOffset>.Empty).Where(l => l.Value > now).ToImmutableSortedDictionary();
        if (answer.Trouble is { } trouble) return new NameMemory(known?.Addresses ?? [], known?.AnsweredAt ?? default, leaving, trouble);
        foreach (var gone in known?.Addresses.Except(answer.Addresses) ?? [])
        {
            if (interval > TimeSpan.Zero) leaving = leaving.SetItem(gone, now + interval);
        }

        return new NameMemory(answer.Addresses, now, leaving.RemoveRange(answer.Addresses), null);
    }

    private static DateTimeOffset DueAfter(IEnumerable<NameAnswer> answers, IEnumerable<NameMemory> names, RefreshTiming timing, DateTimeOffset now) =>
        answers.Select(a => now + (a.Trouble is null ? Longer(a.Ttl, timing.Floor) : timing.Retry))
            .Concat(names.SelectMany(n => n.Leaving.Values))
            .Append(now + timing.Interval)
            .Min();

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
