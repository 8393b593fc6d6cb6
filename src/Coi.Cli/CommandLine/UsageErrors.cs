using System.CommandLine;
using System.CommandLine.Parsing;

namespace Coi.Cli.CommandLine;

/// <summary>Says in one line what is wrong with a command line.</summary>
internal static class UsageErrors
{
    /// <summary>The first thing that is wrong; null when nothing is.</summary>
    public static UsageException? Find(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (UnknownFlag(parsed) is { } flag) return Unknown(flag, command);
        if (parsed.UnmatchedTokens.Count > 0)
        {
            return command.Subcommands.Count > 0
                ? UnknownCommand(parsed.UnmatchedTokens[0], command)
                : TooMany(parsed, command);
        }

        foreach (var argument in command.Arguments)
        {
            var given = parsed.GetResult(argument)?.Tokens.Count ?? 0;
            if (given < argument.Arity.MinimumNumberOfValues) return TooFew(parsed, command);
        }

        // The parser gives `build --base x custom` to build, which is not what runs.
        foreach (var above in Ancestors(command).Where(above => above is not RootCommand))
        {
            if (above.Options.Where(option => !option.Recursive).Select(parsed.GetResult).FirstOrDefault(result => result?.IdentifierToken is not null) is { } misplaced)
                return new UsageException($"{misplaced.IdentifierToken!.Value} is a flag of '{PathOf(above)}'; flags of '{PathOf(command)}' stand behind '{command.Name}'", SeeHelp(command));
        }

        foreach (var result in parsed.CommandResult.Children.Concat(parsed.RootCommandResult.Children).OfType<OptionResult>())
        {
            if (result is { IdentifierToken: not null, Tokens.Count: 0 } && result.Option.Arity.MinimumNumberOfValues > 0)
                return new UsageException($"flag needs a value: {result.IdentifierToken.Value}", SeeHelp(command));
        }

        return parsed.Errors.Count > 0 ? new UsageException(OneLine(parsed.Errors[0].Message), SeeHelp(command)) : null;
    }

    /// <summary>Where a command explains itself.</summary>
    public static string SeeHelp(Command command) => $"'{PathOf(command)} --help' explains it";

    /// <summary>The words that lead to a command, the program's name first.</summary>
    public static string PathOf(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent
        ? $"{PathOf(parent)} {command.Name}"
        : command.Name;

    // The parser takes an unknown flag for a positional argument where one is expected; before "--" a flag is a flag.
    private static string? UnknownFlag(ParseResult parsed)
    {
        var positional = new HashSet<string>(parsed.UnmatchedTokens, StringComparer.Ordinal);
        foreach (var argument in parsed.CommandResult.Command.Arguments)
        {
            if (parsed.GetResult(argument) is not { } result) continue;
            foreach (var token in result.Tokens) positional.Add(token.Value);
        }

        return parsed.Tokens
            .TakeWhile(token => token.Type != TokenType.DoubleDash)
            .FirstOrDefault(token => token.Type == TokenType.Argument && IsFlag(token.Value) && positional.Contains(token.Value))?.Value;
    }

    private static bool IsFlag(string word) => word.Length > 1 && word[0] == '-';

    private static UsageException Unknown(string flag, Command command)
    {
        var name = flag.Split('=', 2)[0];
        var known = FlagsOf(command).Where(known => known.StartsWith("--", StringComparison.Ordinal));
        return new UsageException(
            $"unknown flag: {name}",
            Nearest.To(name, known) is { } meant ? $"did you mean {meant}? {SeeHelp(command)}" : SeeHelp(command));
    }

    private static UsageException UnknownCommand(string word, Command command)
    {
        var known = command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name);
        return new UsageException(
            $"unknown command \"{word}\" for \"{PathOf(command)}\"",
            Nearest.To(word, known) is { } meant
                ? $"did you mean '{PathOf(command)} {meant}'? '{PathOf(command)} --help' lists all commands"
                : $"'{PathOf(command)} --help' lists all commands");
    }

    private static UsageException TooMany(ParseResult parsed, Command command)
    {
        if (command is IRefusesWords refuses) return refuses.Refuse(parsed.UnmatchedTokens);
        var most = command.Arguments.Sum(argument => argument.Arity.MaximumNumberOfValues);
        return new UsageException($"'{PathOf(command)}' accepts {most} arg(s), received {most + parsed.UnmatchedTokens.Count}", SeeHelp(command));
    }

    private static UsageException TooFew(ParseResult parsed, Command command)
    {
        var least = command.Arguments.Sum(argument => argument.Arity.MinimumNumberOfValues);
        var given = command.Arguments.Sum(argument => parsed.GetResult(argument)?.Tokens.Count ?? 0);
        return new UsageException($"'{PathOf(command)}' requires at least {least} arg(s), received {given}", SeeHelp(command));
    }

    /// <summary>Every flag that a command accepts.</summary>
    public static IEnumerable<string> FlagsOf(Command command) => command.Options
        .Concat(Ancestors(command).SelectMany(ancestor => ancestor.Options).Where(option => option.Recursive))
        .Where(option => !option.Hidden)
        .SelectMany(option => option.Aliases.Append(option.Name));

    private static IEnumerable<Command> Ancestors(Command command)
    {
        for (var parent = command.Parents.OfType<Command>().FirstOrDefault(); parent is not null; parent = parent.Parents.OfType<Command>().FirstOrDefault())
            yield return parent;
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
}

/// <summary>A command that takes no positional arguments and can guess what was meant by one.</summary>
internal interface IRefusesWords
{
    /// <summary>Says what was probably meant.</summary>
    UsageException Refuse(IReadOnlyList<string> words);
}
