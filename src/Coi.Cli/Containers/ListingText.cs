using System.Globalization;
using Coi.Contracts;

namespace Coi.Cli.Containers;

/// <summary>A listing for people, in the layout that scripts have learnt to read.</summary>
internal static class ListingText
{
    /// <summary>Writes it.</summary>
    public static void Render(Listing listing, bool withSessions, TextWriter output)
    {
        output.WriteLine("Active Containers:");
        output.WriteLine("------------------");
        if (listing.All.Count == 0) output.WriteLine("  (none)");
        foreach (var container in listing.All)
        {
            output.WriteLine($"  {container.Name} ({(container.Persistent ? "persistent" : "ephemeral")})");
            output.WriteLine($"    Status: {container.Status}");
            Line("IPv4", container.Ipv4);
            output.WriteLine($"    Created: {Moment(container.CreatedAt)}");
            Line("Image", container.Image);
            Line("Workspace", container.Workspace);
            if (container.SessionId.Length == 0) Line("Session", "none (coi container launch)");
            if (container.EndsAt is { } end) Line("Ends", $"{Moment(end)} (limits.max_duration)");
            if (container is { Status: "Stopped", StopCause: "time_up" }) Line("Stopped", "its time was up (limits.max_duration)");
            Line("Failure", container.Failure);
        }

        if (!withSessions) return;
        output.WriteLine();
        output.WriteLine("Saved Sessions:");
        output.WriteLine("---------------");
        if (listing.Sessions is not { Count: > 0 }) output.WriteLine("  (none)");
        foreach (var session in listing.Sessions ?? [])
        {
            output.WriteLine($"  {session.Id}");
            output.WriteLine($"    Saved: {session.SavedAt}");
            Line("Workspace", session.Workspace);
            Line("Live in", session.LiveIn);
        }

        void Line(string label, string? value)
        {
            if (!string.IsNullOrEmpty(value)) output.WriteLine($"    {label}: {value}");
        }
    }

    /// <summary>A moment in the caller's time zone.</summary>
    public static string Moment(DateTimeOffset moment) => moment.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
