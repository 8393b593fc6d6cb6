namespace Coi.Domain.Configuration;

/// <summary>Why a configuration cannot be used.</summary>
/// <param name="Code">Stable identifier such as <c>config.unknown_key</c>.</param>
/// <param name="Cause">What is wrong, without the place.</param>
/// <param name="Origin">The place; null when it has none.</param>
/// <param name="Key">The key that it is about; null when it is about a whole file.</param>
/// <param name="Suggestion">What to do about it.</param>
public sealed record ConfigurationProblem(string Code, string Cause, Origin? Origin, string? Key, string? Suggestion)
{
    /// <summary>The same for a person: <c>FILE:LINE:COLUMN: cause</c>.</summary>
    public Failure ToFailure()
    {
        var place = Origin switch
        {
            null => "",
            { Line: > 0, Column: > 0 } => $"{Origin.Source}:{Origin.Line}:{Origin.Column}: ",
            _ => $"{Origin}: ",
        };
        return new Failure(Code, PlainText.Brief(place + Cause, 2000), Suggestion is null ? null : PlainText.Brief(Suggestion));
    }
}
