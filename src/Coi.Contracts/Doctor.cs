namespace Coi.Contracts;

/// <summary>Asks whether everything that coi needs is there: <c>POST /v1/doctor</c>, answered by <see cref="DoctorReport"/>.</summary>
/// <param name="Client">Who asks, and from what environment.</param>
public sealed record DoctorRequest(ClientContext Client);

/// <summary>What was looked at.</summary>
/// <param name="Checks">One entry for each.</param>
public sealed record DoctorReport(IReadOnlyList<DoctorCheck> Checks);

/// <summary>One thing that was looked at.</summary>
/// <param name="Name">Short name, such as <c>image</c>.</param>
/// <param name="State"><c>ok</c>, <c>warning</c> or <c>failed</c>.</param>
/// <param name="Message">What was found, for a person, without a full stop.</param>
/// <param name="Hint">What to do about it; null when nothing is to be done.</param>
public sealed record DoctorCheck(string Name, string State, string Message, string? Hint = null)
{
    /// <summary>As it should be.</summary>
    public const string Ok = "ok";

    /// <summary>Works, but should be known.</summary>
    public const string Warning = "warning";

    /// <summary>Sessions cannot start, or are not what they should be.</summary>
    public const string Failed = "failed";
}

/// <summary>Where Incus differs from what coi wants: <c>GET /v1/drift</c>. Nothing is changed.</summary>
/// <param name="Differences">One entry for each; empty when everything is as it should be.</param>
public sealed record DriftReport(IReadOnlyList<DriftItem> Differences);

/// <summary>Something that is not as it should be.</summary>
/// <param name="Kind"><c>container</c>, <c>policy</c>, <c>network</c> or <c>acl</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Wanted">How it should be.</param>
/// <param name="Found">How it is.</param>
/// <param name="Remedy">What the daemon does about it at its next comparison.</param>
public sealed record DriftItem(string Kind, string Name, string Wanted, string Found, string Remedy);
