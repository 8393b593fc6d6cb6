namespace Coi.Contracts;

/// <summary>Removes what is at rest and was asked for: <c>POST /v1/clean</c>, answered by a stream whose result is <see cref="CleanReport"/>.</summary>
public sealed record CleanRequest
{
    /// <summary>Networks, network ACLs and containers of this coi home that serve no session.</summary>
    public bool Orphans { get; init; }

    /// <summary>Saved sessions that no container holds.</summary>
    public bool Sessions { get; init; }

    /// <summary>Persistent containers that are stopped, with their sessions when <see cref="Sessions"/> is asked for too.</summary>
    public bool Containers { get; init; }

    /// <summary>Only say what would be removed.</summary>
    public bool DryRun { get; init; }

    /// <summary>What was shown and agreed to; anything else that is found now stays. Null agrees to everything.</summary>
    public IReadOnlyList<CleanKey>? Only { get; init; }
}

/// <summary>Names one thing.</summary>
/// <param name="Kind"><c>container</c>, <c>network</c>, <c>acl</c> or <c>session</c>.</param>
/// <param name="Name">Its name or id.</param>
public sealed record CleanKey(string Kind, string Name);

/// <summary>What was, or would be, removed.</summary>
/// <param name="Items">One entry for each thing.</param>
public sealed record CleanReport(IReadOnlyList<CleanItem> Items);

/// <summary>A thing that is to be removed.</summary>
/// <param name="Kind"><c>container</c>, <c>network</c>, <c>acl</c> or <c>session</c>.</param>
/// <param name="Name">Its name or id.</param>
/// <param name="Detail">What it is or was, for a person.</param>
/// <param name="State"><c>found</c> (a dry run), <c>removed</c> or <c>failed</c>.</param>
/// <param name="Problem">Why it could not be removed; null when it could.</param>
public sealed record CleanItem(string Kind, string Name, string Detail, string State, Problem? Problem = null);
