namespace Coi.Contracts;

/// <summary>An expected failure on its way to the boundary that shows it.</summary>
public sealed class ProblemException : Exception
{
    /// <summary>Wraps a problem.</summary>
    public ProblemException(Problem problem, Exception? innerException = null) : base(problem.Message, innerException) => Problem = problem;

    /// <summary>What failed, why, and what to do next.</summary>
    public Problem Problem { get; }
}
