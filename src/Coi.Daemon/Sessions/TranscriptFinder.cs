using System.Text.Json;
using Coi.Daemon.Files;
using Coi.Domain.Tools;

namespace Coi.Daemon.Sessions;

/// <summary>Finds a tool's conversations in its state directory.</summary>
internal static class TranscriptFinder
{
    // What the user said stands near the beginning; a transcript itself may have hundreds of megabytes.
    private const int LinesToRead = 200;
    private const int BytesToRead = 8 << 20;

    /// <summary>The tool's own id of the newest conversation; null when there is none.</summary>
    public static string? Newest(UnixDirectory session, ToolDefinition tool)
    {
        try
        {
            using var directory = Open(session, tool);
            if (directory is null || tool.Transcripts is not { } transcripts)
                return null;
            return directory.Names()
                .Where(name => IsTranscript(name, transcripts))
                .Select(name => (Name: name, Entry: directory.Stat(name)))
                .Where(file => file.Entry is { Kind: UnixEntryKind.File, Size: > 0 })
                .OrderByDescending(file => file.Entry?.Modified)
                .Where(file => HasConversation(directory, file.Name, transcripts))
                .Select(file => file.Name[..^transcripts.Extension.Length])
                .FirstOrDefault();
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
        using var directory = Open(session, tool);
        var name = id + tool.Transcripts?.Extension;
        if (directory?.Stat(name) is not null)
            directory.Rename(name, name + ".empty");
    }

    private static UnixDirectory? Open(UnixDirectory session, ToolDefinition tool)
    {
        if (tool.Transcripts is not { } transcripts || tool.StateDirectories is not [var first, ..])
            return null;
        var directory = session.TryOpenDirectory(first.Path);
        foreach (var part in transcripts.Directory.Split('/'))
        {
            using var parent = directory;
            directory = parent?.TryOpenDirectory(part);
        }
        return directory;
    }

    // Other files lie there too, such as agent-*.jsonl of sub-agents, which cannot be resumed.
    private static bool IsTranscript(string name, Transcripts transcripts) =>
        name.EndsWith(transcripts.Extension, StringComparison.Ordinal) && Guid.TryParseExact(name[..^transcripts.Extension.Length], "D", out _);

    private static bool HasConversation(UnixDirectory directory, string name, Transcripts transcripts)
    {
        if (transcripts.ConversationTypes.IsEmpty)
            return true;
        using var handle = directory.OpenFile(name);
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
}
