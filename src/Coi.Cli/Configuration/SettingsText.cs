using Coi.Contracts;

namespace Coi.Cli.Configuration;

/// <summary>Settings for people, as they could stand in a file.</summary>
internal static class SettingsText
{
    private const int WidestColumn = 60;

    /// <summary>Writes them, each with its origin if that is asked for.</summary>
    public static void Render(IReadOnlyList<ConfigurationSetting> settings, bool withOrigins, TextWriter output)
    {
        var lines = new List<(string Text, string? Origin)>();
        foreach (var group in settings.GroupBy(setting => setting.Key.Split('[')[0]))
        {
            // Mounts are settings of their own, named after their places; in a file they are a list.
            if (!group.First().Key.Contains('['))
            {
                lines.AddRange(group.Select(setting => ($"{setting.Key} = {setting.Toml}", (string?)setting.Origin)));
                continue;
            }

            lines.Add(($"{group.Key} = [", null));
            lines.AddRange(group.Select(setting => ($"  {setting.Toml},", (string?)setting.Origin)));
            lines.Add(("]", null));
        }

        var width = Math.Min(WidestColumn, lines.Max(line => line.Text.Length));
        foreach (var (text, origin) in lines) output.WriteLine(withOrigins && origin is not null ? $"{text.PadRight(width)}   # {origin}" : text);
    }
}
