using System.Text.Json;
using Coi.Cli.CommandLine;
using Coi.Contracts;

namespace Coi.Cli.Containers;

/// <summary>A listing for programs: the keys, their order and the escapes that scripts know, and some keys more.</summary>
internal static class ListingJson
{
    /// <summary>Writes it, such that it can be put into a web page as it is.</summary>
    public static void Render(Listing listing, TextWriter output)
    {
        using var text = new JsonText(output, escapesMarkup: true);
        var json = text.Writer;
        json.WriteStartObject();
        json.WriteStartArray("active_containers");
        foreach (var container in listing.All)
        {
            Write(json, container);
            text.Pass();
        }

        json.WriteEndArray();
        if (listing.Sessions is { Count: > 0 } sessions)
        {
            json.WriteStartArray("saved_sessions");
            foreach (var session in sessions)
            {
                Write(json, session);
                text.Pass();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ContainerSummary container)
    {
        json.WriteStartObject();
        json.WriteString("created_at", ListingText.Moment(container.CreatedAt));
        if (container.EndsAt is { } end) json.WriteString("ends_at", ListingText.Moment(end));
        if (container.Failure is { } failure) json.WriteString("failure", failure);
        json.WriteString("image", container.Image);
        json.WriteString("ipv4", container.Ipv4);
        json.WriteString("name", container.Name);
        json.WriteString("network", container.Network);
        json.WriteBoolean("persistent", container.Persistent);
        json.WriteString("phase", container.Phase);
        // One that was launched by name has neither slot nor session.
        if (container.SessionId.Length > 0)
        {
            json.WriteString("session_id", container.SessionId);
            json.WriteNumber("slot", container.Slot);
        }

        json.WriteString("status", container.Status);
        if (container.StopCause is { } cause) json.WriteString("stop_cause", cause);
        if (container.Tool.Length > 0) json.WriteString("tool", container.Tool);
        if (container.Workspace.Length > 0) json.WriteString("workspace", container.Workspace);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SessionSummary session)
    {
        json.WriteStartObject();
        json.WriteString("ID", session.Id);
        json.WriteString("SavedAt", session.SavedAt);
        json.WriteString("Workspace", session.Workspace);
        json.WriteString("Tool", session.Tool);
        if (session.LiveIn is { } container) json.WriteString("LiveIn", container);
        json.WriteEndObject();
    }
}
