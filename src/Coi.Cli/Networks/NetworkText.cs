using Coi.Contracts;

namespace Coi.Cli.Networks;

/// <summary>Networks for people.</summary>
internal static class NetworkText
{
    /// <summary>What a network is.</summary>
    public static void Render(NetworkReport report, TextWriter output, DateTimeOffset now)
    {
        Line("Container", $"{report.Container}{(report.Running ? "" : " (stopped; the next session's configuration decides on its network)")}");
        Line("Mode", report.Mode + (report.Changing ? " (being changed)" : ""));
        if (report.Allowed is { } allowed) Line("Allowed", string.Join(", ", allowed));
        Line("Bridge", $"{report.Bridge}, {report.Subnet}, MTU {report.Mtu}");
        Line("Address", $"{report.Address}, gateway {report.Gateway}, no IPv6");
        Line("Resolver", report.Resolver == "all" ? $"{report.Gateway}: all names, as this machine resolves them" : $"{report.Gateway}: only the listed names");
        foreach (var warning in report.Warnings) Line("Warning", warning);
        output.WriteLine();
        output.WriteLine(report.Acl is { } acl ? $"Rules (ACL {acl}; drop before reject before allow before the default):" : "Rules: none");
        if (report.Acl is not null)
        {
            var rules = report.Rules.Append(new NetworkRule("egress", report.DefaultEgress, "everything else", "")).Append(new NetworkRule("ingress", report.DefaultIngress, "everything else", ""));
            Table(output, [.. rules.Select(r => new[] { r.Direction == "egress" ? "out" : "in", r.Action, r.Peer, r.Description })]);
        }

        if (report.Names is not { Count: > 0 } names) return;
        output.WriteLine();
        output.WriteLine($"Names ({(report.NextQuestion is { } next ? $"asked for again {When(next, now)}" : "never asked for again")}):");
        Table(output, [.. names.Select(n => new[] { n.Name, n.Addresses.Count > 0 ? string.Join(", ", n.Addresses) : "-", Notes(n, now) })]);

        void Line(string label, string text) => output.WriteLine($"{label + ":",-11}{text}");
    }

    /// <summary>What a test found.</summary>
    public static void Render(NetworkTestReport report, TextWriter output)
    {
        output.WriteLine($"Network of {report.Container}: {report.Mode}");
        output.WriteLine();
        Table(output, [
            ["", "WHAT", "WHERE", "BY", "SHOULD BE", "IS", "HOW IT SHOWS"],
            .. report.Probes.Select(p => new[] { p.Holds ? "✓" : "✗", p.What, p.Target, p.By, p.Expected, p.Found, p.Detail }),
        ]);
    }

    private static string Notes(NetworkName name, DateTimeOffset now)
    {
        var notes = new List<string>();
        if (name.AnsweredAt is { } at) notes.Add($"answered {When(at, now)}");
        if (name.Trouble is { } trouble) notes.Add(trouble);
        notes.AddRange((name.Leaving ?? new Dictionary<string, DateTimeOffset>()).Select(l => $"{l.Key} stays open until {l.Value.ToLocalTime():HH:mm:ss}"));
        return string.Join("; ", notes);
    }

    private static string When(DateTimeOffset moment, DateTimeOffset now)
    {
        var distance = (moment - now).Duration();
        var text = distance < TimeSpan.FromMinutes(2) ? $"{distance.TotalSeconds:0} s" : distance < TimeSpan.FromHours(2) ? $"{distance.TotalMinutes:0} min" : $"{distance.TotalHours:0} h";
        return moment > now ? $"in {text}" : $"{text} ago";
    }

    private static void Table(TextWriter output, IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows.Max(row => row.Length)).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows) output.WriteLine("  " + string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
