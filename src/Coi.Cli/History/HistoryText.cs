using Coi.Cli.Containers;
using Coi.Contracts;

namespace Coi.Cli.History;

/// <summary>History for people: a line for each thing that happened.</summary>
internal static class HistoryText
{
    /// <summary>Writes it.</summary>
    public static void Render(IReadOnlyList<HistoryEvent> events, TextWriter output, bool withContainer)
    {
        if (events.Count == 0) output.WriteLine("  (nothing)");
        foreach (var one in events) output.WriteLine(Line(one, withContainer));
    }

    private static string Line(HistoryEvent one, bool withContainer) =>
        $"{ListingText.Moment(one.At)}  {(withContainer && one.Container is { } container ? container + ": " : "")}{one.Text}";
}
