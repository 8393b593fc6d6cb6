
namespace Coi.Cli.CommandLine;

/// <summary>Puts the arguments into the one form that the parser is asked to understand.</summary>
internal static class ArgumentNormaliser
{
    /// <summary>
    /// Gives a bare <c>--resume</c> its meaning (an optional value takes <c>=</c>, so that it never eats the next word), turns
    /// <c>help COMMAND</c> into <c>COMMAND --help</c>, takes a value off the short flag that it is glued to (<c>-eA=1</c>), and puts
    /// <c>shell</c> in front where no command is named.
    /// </summary>
    public static IReadOnlyList<string> Normalise(IReadOnlyList<string> arguments, CommandTree tree)
    {
        if (arguments is [CompleteName, ..]) return arguments;
        var takesValue = tree.Root.Options
            .Where(option => option.Arity.MinimumNumberOfValues > 0 && !IsResume(option.Name))
            .SelectMany(option => option.Aliases.Append(option.Name))
            .ToHashSet(StringComparer.Ordinal);

        var result = new List<string>(arguments.Count + 1);
        var command = -1;
        var asksAboutItself = false;
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument == "--")
            {
                result.AddRange(arguments.Skip(i));
                break;
            }

            if (argument is ['-', not '-', not '=', ..] && takesValue.Contains(argument[..2]))
            {
                result.Add(argument[..2]);
                result.Add(argument[2..]);
                continue;
            }

            result.Add(IsResume(argument.TrimEnd('=')) ? argument.TrimEnd('=') + "=" + GlobalOptions.Newest : argument);
            if (takesValue.Contains(argument))
            {
                if (i + 1 < arguments.Count) result.Add(arguments[++i]);
            }
            else if (command < 0 && !argument.StartsWith('-'))
            {
                command = result.Count - 1;
            }
            else if (command < 0 && argument is "--help" or "-h" or "--version" or "-v")
            {
                asksAboutItself = true;
            }
        }

        if (command >= 0 && result[command] == "help")
        {
            result.RemoveAt(command);
            result.Add("--help");
        }
        else if (command < 0 && !asksAboutItself)
        {
            result.Insert(0, "shell");
        }

        return result;
    }

    /// <summary>Name of the hidden command that completion scripts call; its words are data.</summary>
    public const string CompleteName = "__complete";

    private static bool IsResume(string argument) => argument is "--resume" or "--continue";
}
