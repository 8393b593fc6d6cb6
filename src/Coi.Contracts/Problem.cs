namespace Coi.Contracts;

/// <summary>An expected failure, said so that a person can act on it.</summary>
/// <param name="Code">Stable, documented identifier such as <c>image.missing</c>.</param>
/// <param name="Message">What failed and why, one line, no full stop; carries Incus' own words where Incus refused.</param>
/// <param name="Hint">What to do next: a command if there is one, else a sentence.</param>
public sealed record Problem(string Code, string Message, string? Hint = null);
