using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Coi.Domain.Tools;

namespace Coi.Daemon.Sessions;

/// <summary>Finds a tool's conversations in its state directory.</summary>
internal static class TranscriptFinder
{
    // What the user said stands near the beginning; a transcript itself may have hundreds of megabytes.
    private const int LinesToRead = 200;
    private const int BytesToRead = 8 << 20;

    private const int DirectoriesToRead = 2000;
    private const string Id = "{id}";

    /// <summary>
    /// The tool's own id of the newest conversation, or the name of its file where the name carries no id; null when there is none.
    /// </summary>
    public static string? Newest(UnixDirectory session, ToolDefinition tool)
    {
        if (tool.Transcripts is not { } transcripts || tool.StateDirectories is not [var first, ..])
            return null;
        try
        {
            using var state = Open(session, first.Parts);
            if (state is null)
                return null;
            var found = new List<Transcript>();
            var budget = DirectoriesToRead;
            Collect(state, [.. transcripts.Pattern.Split('/').Select(Matcher)], [], found, ref budget);
            return found
                .OrderByDescending(file => file.Modified)
                .FirstOrDefault(file => HasConversation(state, file, transcripts))
                ?.Id;
        }
        catch (IOException)
        {
            // Planted links and the like: nothing to resume there.
            return null;
        }
    }

    /// <summary>
    /// Moves a transcript that bears the session's id but holds no conversation out of the way: the tool could neither resume it
    /// nor begin anew under an id that is taken.
    /// </summary>
    public static void SetStubAside(UnixDirectory session, ToolDefinition tool, string id)
    {
        if (tool.Transcripts is not { } transcripts || tool.StateDirectories is not [var first, ..] || transcripts.Pattern.Contains('*'))
            return;
        var parts = transcripts.Pattern.Split('/');
        var name = parts[^1].Replace(Id, id, StringComparison.Ordinal);
        using var directory = Open(session, [.. first.Parts, .. parts[..^1]]);
        if (name != parts[^1] && directory?.Stat(name) is not null)
            directory.Rename(name, name + ".empty");
    }

    private static UnixDirectory? Open(UnixDirectory below, IReadOnlyList<string> parts)
    {
        UnixDirectory? directory = null;
        foreach (var part in parts)
        {
            using var parent = directory;
            directory = (parent ?? below).TryOpenDirectory(part);
            if (directory is null)
                return null;
        }
        return directory;
    }

    private static void Collect(UnixDirectory directory, ReadOnlySpan<Regex> pattern, ImmutableArray<string> parents, List<Transcript> found, ref int budget)
    {
        if (budget-- <= 0)
            return;
        foreach (var name in directory.Names())
        {
            if (pattern[0].Match(name) is not { Success: true } match)
                continue;
            if (pattern.Length == 1 && directory.Stat(name) is { Kind: UnixEntryKind.File, Size: > 0 } file)
                found.Add(new Transcript(parents, name, match.Groups["id"] is { Success: true } id ? id.Value : name, file.Modified));
            else if (pattern.Length > 1)
            {
                using var child = OpenUnlessLink(directory, name);
                if (child is not null)
                    Collect(child, pattern[1..], parents.Add(name), found, ref budget);
            }
        }
    }

    // A link that was planted beside real conversations must not hide them.
    private static UnixDirectory? OpenUnlessLink(UnixDirectory directory, string name)
    {
        try
        {
            return directory.TryOpenDirectory(name);
        }
        catch (IOException)
        {
            return null;
        }
    }

    // Other files lie there too, such as agent-*.jsonl of sub-agents, which cannot be resumed: an id is a UUID and nothing else.
    private static Regex Matcher(string part) => new(
        "^" + Regex.Escape(part).Replace(Regex.Escape(Id), "(?<id>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})", StringComparison.Ordinal).Replace("\\*", "[^/]*", StringComparison.Ordinal) + "$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    private static bool HasConversation(UnixDirectory state, Transcript transcript, Transcripts transcripts)
    {
        if (transcripts.ConversationTypes.IsEmpty)
            return true;
        using var parent = Open(state, transcript.Directory);
        using var handle = (transcript.Directory.IsEmpty ? state : parent)?.OpenFile(transcript.Name);
        if (handle is null)
            return false;
        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        using var reader = new StreamReader(new BoundedStream(stream, BytesToRead));
        for (var line = 0; line < LinesToRead && reader.ReadLine() is { } text; line++)
        {
            if (IsConversation(text, transcripts))
                return true;
        }
        return false;
    }

    private static bool IsConversation(string line, Transcripts transcripts)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind is JsonValueKind.Object
                && document.RootElement.TryGetProperty("type", out var type)
                && type.ValueKind is JsonValueKind.String
                && transcripts.ConversationTypes.Any(known => type.ValueEquals(known));
        }
        catch (JsonException)
        {
            // The last line may be half written; a foreign one is no conversation.
            return false;
        }
    }

    private sealed record Transcript(ImmutableArray<string> Directory, string Name, string Id, DateTimeOffset Modified);
}
