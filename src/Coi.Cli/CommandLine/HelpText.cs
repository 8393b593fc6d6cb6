using System.CommandLine;

namespace Coi.Cli.CommandLine;

/// <summary>Writes a command's help.</summary>
internal static class HelpText
{
    /// <summary>Writes it to standard output.</summary>
    public static void Write(CoiCommand command, GlobalOptions options, Surroundings surroundings) =>
        surroundings.Out.Write(Render(command, options, surroundings.ProgramName));

    /// <summary>The help of a command.</summary>
    public static string Render(CoiCommand command, GlobalOptions options, string programName)
    {
        var path = programName + UsageErrors.PathOf(command)["coi".Length..];
        var isRoot = command.Parents.FirstOrDefault() is null;
        var text = new StringWriter { NewLine = "\n" };
        text.WriteLine(command.Description);
        if (command.Details is { } details)
        {
            text.WriteLine();
            text.WriteLine(details);
        }

        text.WriteLine();
        text.WriteLine("Usage:");
        if (command is not GroupCommand || isRoot) text.WriteLine("  " + path + Positional(command) + " [flags]");
        var commands = command.Subcommands.Where(sub => !sub.Hidden).ToList();
        if (commands.Count > 0) text.WriteLine($"  {path} [command]");

        Section(text, "Examples:", command.Examples.Select(example => ((path: ExamplePath(path, isRoot), example) switch
        {
            var (p, e) => e.CommandLine.Length > 0 ? $"{p} {e.CommandLine}" : p,
        }, "# " + example.Explanation)));
        Section(text, "Available Commands:", commands.Select(sub => (sub.Name, sub.Description ?? "")));
        Section(text, "Flags:", OwnFlags(command, options).Select(Line));
        Section(text, "Global Flags:", command.Heeds(options).OrderBy(option => option.Name, StringComparer.Ordinal).Select(Line));
        if (commands.Count > 0)
        {
            text.WriteLine();
            text.WriteLine($"'{path} [command] --help' explains a command.");
        }

        return text.ToString();
    }

    /// <summary>The flags that are a command's own, and --help.</summary>
    public static IEnumerable<Option> OwnFlags(CoiCommand command, GlobalOptions options) => command.Options
        .Where(option => !option.Hidden && !command.Heeds(options).Contains(option) && !ReferenceEquals(option, options.Help))
        .Append(options.Help)
        .OrderBy(option => option.Name, StringComparer.Ordinal);

    // Examples are written as they are typed, so those of a command begin with the program and not with its path.
    private static string ExamplePath(string path, bool isRoot) => isRoot ? path : path.Split(' ')[0];

    /// <summary>The positional words of a command, a blank before each.</summary>
    public static string Positional(Command command) => string.Concat(command.Arguments.Where(argument => !argument.Hidden).Select(argument =>
    {
        var name = (argument.HelpName ?? argument.Name).ToUpperInvariant();
        if (argument.Arity.MaximumNumberOfValues > 1) name += "...";
        return argument.Arity.MinimumNumberOfValues == 0 ? $" [{name}]" : $" {name}";
    }));

    /// <summary>A flag with its value, and what it is for.</summary>
    public static (string Flag, string Text) Line(Option option)
    {
        var shorthand = option.Aliases.FirstOrDefault(alias => alias.Length == 2);
        var value = option.ValueType == typeof(bool) ? "" : option.Name is "--resume" or "--continue" ? $"[={option.HelpName}]" : $" {option.HelpName}";
        return ((shorthand is null ? "    " : shorthand + ", ") + option.Name + value, option.Description ?? "");
    }

    private static void Section(TextWriter text, string title, IEnumerable<(string Left, string Right)> lines)
    {
        var all = lines.ToList();
        if (all.Count == 0) return;
        var width = all.Max(line => line.Left.Length);
        text.WriteLine();
        text.WriteLine(title);
        foreach (var (left, right) in all) text.WriteLine($"  {left.PadRight(width)}   {right}".TrimEnd());
    }
}
