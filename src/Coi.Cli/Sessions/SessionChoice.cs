using System.Globalization;
using Coi.Cli.Terminals;
using Coi.Contracts;

namespace Coi.Cli.Sessions;

/// <summary>Lets a person choose one of several running sessions.</summary>
internal static class SessionChoice
{
    /// <summary>The chosen container's name; null when there was nobody to choose, or nothing was chosen.</summary>
    public static string? Pick(IReadOnlyList<ContainerSummary> candidates, Surroundings surroundings)
    {
        IReadOnlyList<string> lines = [.. candidates.Select(candidate => $"{candidate.Name} ({candidate.Tool}, slot {candidate.Slot}, {candidate.Workspace})")];
        var isTerminal = surroundings is { InIsTerminal: true, OutIsTerminal: true };
        var size = TerminalSize.Of(1);
        if (isTerminal && Picker.CanShow(lines.Count, size, surroundings.Variable("TERM")))
        {
            var chosen = new Picker(surroundings.Out, 0, size).Choose("Active sessions (arrow keys or number, then Enter; q leaves):", lines);
            if (chosen is { } index) return candidates[index].Name;
            surroundings.Out.WriteLine("Cancelled.");
            return null;
        }

        surroundings.Out.WriteLine("Active sessions:");
        for (var i = 0; i < lines.Count; i++) surroundings.Out.WriteLine($"  {i + 1}. {lines[i]}");
        if (isTerminal) return Ask(candidates, surroundings);
        surroundings.Out.WriteLine("Choose one: coi attach NAME");
        return null;
    }

    private static string? Ask(IReadOnlyList<ContainerSummary> candidates, Surroundings surroundings)
    {
        surroundings.Out.Write($"Which one (1-{candidates.Count}, or coi attach NAME)? ");
        surroundings.Out.Flush();
        var answer = surroundings.In.ReadLine()?.Trim();
        if (int.TryParse(answer, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= candidates.Count)
            return candidates[number - 1].Name;
        if (candidates.FirstOrDefault(candidate => candidate.Name == answer) is { } named) return named.Name;
        surroundings.Out.WriteLine("Cancelled.");
        return null;
    }
}
