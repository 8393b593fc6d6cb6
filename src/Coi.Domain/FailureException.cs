namespace Coi.Domain;

/// <summary>Carries a <see cref="Domain.Failure"/> out of code that returns something else; caught at the edge and answered as a value.</summary>
/// <param name="failure">What failed.</param>
/// <param name="innerException">The cause, for the log.</param>
public sealed class FailureException(Failure failure, Exception? innerException = null) : Exception(failure?.Message, innerException)
{
    /// <summary>What failed.</summary>
    public Failure Failure { get; } = failure ?? throw new ArgumentNullException(nameof(failure));
}
