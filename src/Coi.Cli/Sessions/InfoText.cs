using System.Globalization;
using Coi.Contracts;

namespace Coi.Cli.Sessions;

/// <summary>A session for people, in the layout that scripts have learnt to read.</summary>
internal static class InfoText
{
    /// <summary>Writes it for people.</summary>
    public static void Render(SessionInfo session, TextWriter output)
    {
        output.WriteLine("Session Information");
        output.WriteLine("===================");
        Line("Session ID:", session.Id);
        Line("Tool:", session.Tool);
        Line("Container:", session.Container.Length == 0 ? "unknown" : $"{session.Container} ({(session.Persistent ? "persistent" : "ephemeral")})");
        Line("Live in:", session.LiveIn);
        Line("Workspace:", session.Workspace);
        Line("Saved At:", session.SavedAt);
        Line("Forked from:", session.ForkedFrom);
        Line("Session Data:", session.HasConversation ? "✓ a conversation" : "✗ no conversation yet");
        Line("Data Size:", Size(session.DataBytes));
        output.WriteLine();
        Line("Session Path:", session.Path);
        output.WriteLine();
        Line("Resume:", session.LiveIn is { } container ? $"coi attach {container}" : $"coi shell --resume={session.Id}");

        void Line(string label, string? value)
        {
            if (!string.IsNullOrEmpty(value)) output.WriteLine($"{label,-16}{value}");
        }
    }

    /// <summary>A size in the unit that suits it.</summary>
    public static string Size(long bytes)
    {
        string[] units = ["KB", "MB", "GB", "TB"];
        if (bytes < 1024) return $"{bytes} B";
        var (value, unit) = (bytes / 1024.0, 0);
        for (; value >= 1024 && unit < units.Length - 1; unit++) value /= 1024;
        return string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {units[unit]}");
    }
}
