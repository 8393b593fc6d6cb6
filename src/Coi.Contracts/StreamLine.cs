using System.Text.Json;

namespace Coi.Contracts;

/// <summary>
/// One line of an <c>application/x-ndjson</c> answer. Exactly one member is set. A stream is any number of
/// <see cref="Progress"/> and <see cref="Log"/> lines and then one <see cref="Result"/> or one <see cref="Error"/>;
/// a stream that ends without either was cut off.
/// </summary>
public sealed record StreamLine
{
    /// <summary>What is being done now.</summary>
    public Progress? Progress { get; init; }

    /// <summary>A line of output of something long, such as a build script.</summary>
    public string? Log { get; init; }

    /// <summary>The final result; its type depends on the route.</summary>
    public JsonElement? Result { get; init; }

    /// <summary>The final failure.</summary>
    public Problem? Error { get; init; }
}

/// <summary>One step of a long operation.</summary>
/// <param name="Step">Stable name of the step, such as <c>network</c> or <c>start</c>.</param>
/// <param name="Message">What is being done, for a person, without a full stop.</param>
/// <param name="Percent">0 to 100 where it can be known.</param>
/// <param name="ElapsedMilliseconds">Time since the request was accepted.</param>
public sealed record Progress(string Step, string Message, int? Percent = null, long ElapsedMilliseconds = 0)
{
    /// <summary>The step of what is no step but something that the user should know.</summary>
    public const string Notice = "notice";
}
