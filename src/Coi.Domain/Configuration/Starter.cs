using System.Text;

namespace Coi.Domain.Configuration;

/// <summary>Writes a file to begin with: every key, commented out, with what it does.</summary>
public static class Starter
{
    private const int Width = 110;

    private const string UserHead = """
        # coi's configuration. A key that is absent, or behind a '#', changes nothing.
        # Most values below are those that are in force without this file; take the '#' away to change one.
        # 'coi config show --origin' says what is in force and why, 'coi config check' what is wrong.
        """;

    private const string ProjectHead = """
        # What this project asks of coi. Whoever works on it gets these settings at once, because they only tighten.
        # Others, such as mounts, an image or an open network, work as well, but only for those who 'coi trust' this file.
        # 'coi config show --origin' says what is in force and why, 'coi config check' what is wrong.
        """;

    /// <summary>The user's file, or a workspace's with the keys that it may set without being trusted.</summary>
    public static string Write(bool forProject)
    {
        var text = new StringBuilder((forProject ? ProjectHead : UserHead).ReplaceLineEndings("\n")).Append('\n');
        var keys = ConfigurationKeys.All.Where(key => key is { InFiles: true, HasEffect: true, SameAs: null } && (!forProject || Suits(key)));
        foreach (var table in keys.GroupBy(Table))
        {
            // A table of the user's own naming is an example as a whole.
            text.Append($"\n{(table.Key.Contains("NAME", StringComparison.Ordinal) || table.Key.StartsWith("[[", StringComparison.Ordinal) ? "#" : "")}{table.Key.Replace("NAME", "rust", StringComparison.Ordinal)}\n");
            foreach (var key in table) Write(text, key);
        }
        return text.ToString();
    }

    private static bool Suits(KeyDefinition key) => key.Project is not (ProjectRule.Never or ProjectRule.OnlyReadOnly);

    private static string Table(KeyDefinition key) =>
        (key.Fields.IsEmpty ? $"[{string.Join('.', key.Parts[..^1])}]" : $"[[{key.Name}]]").Replace("*", "NAME", StringComparison.Ordinal);

    private static void Write(StringBuilder text, KeyDefinition key)
    {
        foreach (var line in Wrapped(key.Doc)) text.Append($"# {line}\n");
        foreach (var field in key.Fields) text.Append($"#{field.Name} = {field.Example}{(field.Required ? "" : "   # may be left out")}\n");
        if (key.Fields.IsEmpty) text.Append($"#{(key.Parts[^1] == "*" ? "" : $"{key.Parts[^1]} = ")}{key.Example ?? key.Default?.ToString()}\n");
    }

    private static IEnumerable<string> Wrapped(string doc)
    {
        var line = "";
        foreach (var word in doc.Split(' '))
        {
            if (line.Length + word.Length >= Width)
            {
                yield return line;
                line = "";
            }
            line += line.Length > 0 ? $" {word}" : word;
        }
        yield return line;
    }
}
