using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Coi.Contracts;

namespace Coi.Daemon.Api;

/// <summary>Writes answers.</summary>
internal static class ApiResults
{
    /// <summary>A failure in the words of the wire.</summary>
    public static Problem ToProblem(this Failure failure) => new(failure.Code, failure.Message, failure.Hint);

    /// <summary>The way back.</summary>
    public static Failure ToFailure(this Problem problem) => new(problem.Code, problem.Message, problem.Hint);

    /// <summary>Answers with a problem.</summary>
    public static Task ProblemAsync(HttpContext context, int status, Problem problem) =>
        JsonAsync(context, problem, ContractsJson.Default.Problem, status);

    /// <summary>Answers with a value.</summary>
    public static async Task JsonAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.Body, value, type, context.RequestAborted);
    }

    /// <summary>Reads the body; null, after answering 400, when it is not what the route takes.</summary>
    public static async Task<T?> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            if (await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted) is { } value) return value;
            await ProblemAsync(context, 400, new Problem("request.invalid", "the request has no body"));
        }
        catch (JsonException ex)
        {
            await ProblemAsync(context, 400, new Problem("request.invalid", $"the request's body cannot be read: {ex.Message}"));
        }

        return null;
    }
}
