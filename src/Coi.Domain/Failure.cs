namespace Coi.Domain;

/// <summary>An expected failure as a value: what failed and why, and what to do next.</summary>
/// <param name="Code">Stable identifier such as <c>image.missing</c>.</param>
/// <param name="Message">One line without a full stop.</param>
/// <param name="Hint">A command or a sentence; null when there is nothing to advise.</param>
public sealed record Failure(string Code, string Message, string? Hint = null);
