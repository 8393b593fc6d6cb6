using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Cli.Versions;

namespace Coi.Cli.Manual;

/// <summary>A command's manual page in the language of man(7), from what its help is made from.</summary>
internal static class ManPage
{
    private static readonly (string Name, string Meaning)[] Variables =
    [
        ("COI_HOME", "Directory that holds everything coi keeps (default ~/.coi); another one is another coi, with a daemon of its own"),
        ("COI_SOCKET", "Socket of the daemon"),
        ("COI_CONFIG", "A configuration file that counts above the usual ones"),
        ("COI_CONTAINER_PREFIX", "What names of containers begin with (default coi-)"),
        ("COI_DEBUG", "When set, a defect of coi shows where it happened"),
        ("INCUS_SOCKET, INCUS_DIR", "Where Incus listens, as for Incus' own client"),
        ("NO_COLOR", "When set, messages have no colours; where there is no terminal they never have"),
    ];

    private static readonly (string Name, string Meaning)[] Files =
    [
        ("~/.config/coi/config.toml", "Your configuration; 'coi config init' writes one to begin with"),
        (".coi.toml", "A project's own configuration; see coi-trust(1)"),
        ("~/.coi", "Sessions, journal, logs"),
    ];

    /// <summary>Name of the page, such as <c>coi-container-exec</c>.</summary>
    public static string NameOf(Command command) => UsageErrors.PathOf(command).Replace(' ', '-');

    /// <summary>The page.</summary>
    public static string Render(CoiCommand command, GlobalOptions options)
    {
        var name = NameOf(command);
        var path = UsageErrors.PathOf(command);
        var isRoot = command.Parents.FirstOrDefault() is null;
        var roff = new RoffWriter();
        roff.Title(name, $"coi {ProgramVersion.Number}");
        roff.Section("NAME");
        roff.Line($"{name} - {command.Description}");
        roff.Section("SYNOPSIS");
        if (command is not GroupCommand || isRoot) roff.Bold(path, HelpText.Positional(command) + " [flags]");
        if (command.Subcommands.Any(sub => !sub.Hidden)) roff.Bold(path, " [command]");
        roff.Section("DESCRIPTION");
        roff.Text(command.Description + ".");
        if (command.Details is { } details) roff.Text(details);
        roff.Terms("COMMANDS", command.Subcommands.Where(sub => !sub.Hidden).Select(sub => (sub.Name, $"{sub.Description}; see {NameOf(sub)}(1)")));
        roff.Terms("OPTIONS", HelpText.OwnFlags(command, options).Select(Term));
        roff.Terms("GLOBAL OPTIONS", command.Heeds(options).OrderBy(option => option.Name, StringComparer.Ordinal).Select(Term));
        roff.Terms("EXIT STATUS", [.. ExitCodes.Usual.Where(usual => command.OtherExitCodes.All(other => other.Code != usual.Code)), .. command.OtherExitCodes]);
        if (isRoot)
        {
            roff.Terms("ENVIRONMENT", Variables);
            roff.Terms("FILES", Files);
        }

        Examples(roff, command);
        SeeAlso(roff, command);
        return roff.ToString();
    }

    private static (string, string) Term(Option option)
    {
        var (flag, text) = HelpText.Line(option);
        return (flag.Trim(), text);
    }

    private static void Examples(RoffWriter roff, CoiCommand command)
    {
        if (command.Examples.Count == 0) return;
        roff.Section("EXAMPLES");
        foreach (var example in command.Examples) roff.Example($"coi {example.CommandLine}".TrimEnd(), example.Explanation);
    }

    private static void SeeAlso(RoffWriter roff, CoiCommand command)
    {
        var parent = command.Parents.OfType<CoiCommand>().FirstOrDefault();
        var beside = parent is null || parent.Parents.FirstOrDefault() is null ? [] : parent.Subcommands.Where(sub => !sub.Hidden && sub != command);
        IEnumerable<Command> related = [.. parent is null ? [] : new Command[] { parent }, .. beside, .. command.Subcommands.Where(sub => !sub.Hidden)];
        var names = related.Select(one => NameOf(one) + "(1)").Append("incus(1)").ToList();
        roff.Section("SEE ALSO");
        roff.Text(string.Join(", ", names));
    }
}
