using System.Collections.Immutable;

namespace Coi.Domain.Tools;

/// <summary>What the configuration and the caller change about a tool's command line.</summary>
public sealed record ToolOverrides
{
    /// <summary>Nothing is changed.</summary>
    public static ToolOverrides None { get; } = new();

    /// <summary>Program to start in place of the tool's own; null keeps it.</summary>
    public string? Binary { get; init; }

    /// <summary>Arguments appended to the tool's own.</summary>
    public ImmutableArray<string> ExtraArguments { get; init; } = [];

    /// <summary>Model to ask for; null leaves the choice to the tool.</summary>
    public string? Model { get; init; }

    /// <summary>Start the stand-in <c>dummy</c> with the same arguments (<c>COI_USE_DUMMY=1</c>).</summary>
    public bool UseDummy { get; init; }

    /// <summary>Run this one prompt without a terminal; null starts the tool interactively.</summary>
    public string? Prompt { get; init; }
}

/// <summary>Builds the command line of a tool.</summary>
public static class ToolCommand
{
    /// <summary>Program that takes the tool's place under <c>COI_USE_DUMMY=1</c>.</summary>
    public const string DummyBinary = "dummy";

    /// <summary>
    /// The argument vector that starts <paramref name="definition"/>; with <paramref name="resumeToolSessionId"/> it goes on with that
    /// conversation, without it a new one is begun under <paramref name="sessionId"/>.
    /// </summary>
    public static ImmutableArray<string> Build(
        ToolDefinition definition, string sessionId, string? resumeToolSessionId, ToolOverrides? overrides = null)
    {
        ArgumentNullException.ThrowIfNull(definition);
        overrides ??= ToolOverrides.None;
        if (overrides.Prompt is not null && definition.Arguments.Headless.IsEmpty)
            throw new InvalidOperationException($"{definition.Name} cannot run a prompt without a terminal");

        var template = resumeToolSessionId is null ? definition.Arguments.New : definition.Arguments.Resume;
        if (overrides.Model is not null)
            template = template.AddRange(definition.Arguments.Model);
        // The user's own arguments come before the prompt, which tools take as their last, positional argument.
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["{session_id}"] = sessionId,
            ["{tool_session_id}"] = resumeToolSessionId ?? sessionId,
            ["{model}"] = overrides.Model ?? "",
            ["{prompt}"] = overrides.Prompt ?? "",
        };
        var headless = overrides.Prompt is null ? [] : definition.Arguments.Headless;
        var binary = overrides.UseDummy ? DummyBinary : overrides.Binary ?? definition.Binary;
        return [binary, .. template.Select(Fill), .. overrides.ExtraArguments, .. headless.Select(Fill)];

        // A placeholder is a whole argument: what replaces it is data and is never looked at again.
        string Fill(string argument) => values.GetValueOrDefault(argument, argument);
    }
}
