using System.CommandLine;
using System.CommandLine.Completions;
using Coi.Cli.CommandLine;

namespace Coi.Cli.Completion;

/// <summary>What the last of some words can become.</summary>
internal sealed class Candidates(CommandTree tree, DynamicNames names)
{
    private const string Directories = ":directories";
    private const string Files = ":files";

    /// <summary>The candidates, each with a tab and a description after it.</summary>
    public async Task<IReadOnlyList<string>> ForAsync(IReadOnlyList<string> words)
    {
        var current = words.Count > 0 ? words[^1] : "";
        var (command, positional, pending, literal) = Walk(words.Take(Math.Max(0, words.Count - 1)));
        if (pending is not null) return Matching(await ValuesAsync(pending), current);
        if (!literal && current.StartsWith("--", StringComparison.Ordinal) && current.Split('=', 2) is [var flag, var value])
        {
            return Find(command, flag) is { } option
                ? [.. Matching(await ValuesAsync(option), value).Select(found => IsDirective(found) ? found : $"{flag}={found}")]
                : [];
        }

        if (!literal && current.StartsWith('-')) return Matching(Flags(command), current);
        var subcommands = command.Subcommands.Where(sub => !sub.Hidden).Select(sub => $"{sub.Name}\t{sub.Description}");
        return Matching(positional == 0 ? subcommands.Concat(await ArgumentsAsync(command, positional)) : await ArgumentsAsync(command, positional), current);
    }

    // The command that the words lead to, how many positional words it has, and the option that waits for a value.
    private (CoiCommand Command, int Positional, Option? Pending, bool Literal) Walk(IEnumerable<string> words)
    {
        var command = tree.Root;
        var positional = 0;
        var literal = false;
        Option? pending = null;
        foreach (var word in words)
        {
            if (pending is not null) pending = null;
            else if (literal) positional++;
            else if (word == "--") literal = true;
            else if (word.StartsWith('-')) pending = word.Contains('=', StringComparison.Ordinal) || Find(command, word) is not { } option || !TakesValue(option) ? null : option;
            else if (command.Subcommands.OfType<CoiCommand>().FirstOrDefault(sub => sub.Name == word && !sub.Hidden) is { } sub) command = sub;
            else positional++;
        }

        return (command, positional, pending, literal);
    }

    // --resume takes a value, but only with "=".
    private bool TakesValue(Option option) =>
        option.ValueType != typeof(bool) && option != tree.Options.Resume && option != tree.Options.Continue;

    private IEnumerable<Option> OptionsOf(CoiCommand command) => command.Options.Concat(command.Heeds(tree.Options)).Append(tree.Options.Help).Distinct();

    private Option? Find(CoiCommand command, string flag) =>
        OptionsOf(command).FirstOrDefault(option => option.Name == flag || option.Aliases.Contains(flag));

    private IEnumerable<string> Flags(CoiCommand command) =>
        OptionsOf(command).Where(option => !option.Hidden).SelectMany(option => option.Aliases.Append(option.Name).Select(name => $"{name}\t{option.Description}"));

    private async Task<IEnumerable<string>> ValuesAsync(Option option) => option.Name switch
    {
        "--network" or "--mode" => ["restricted\tthe internet, no private networks", "allowlist\tonly the configured names", "open\tno limits"],
        "--workspace" or "--storage" => [Directories],
        "--script" => [Files],
        "--profile" => await names.ProfilesAsync(),
        "--resume" or "--continue" => await names.SessionsAsync(),
        "--slot" => await names.SlotsAsync(),
        "--image" or "--base" => await names.ImagesAsync(),
        _ => option.CompletionSources.SelectMany(source => source(CompletionContext.Empty)).Select(item => item.Label),
    };

    private async Task<IEnumerable<string>> ArgumentsAsync(CoiCommand command, int positional)
    {
        return command.CompletesAt(positional) switch
        {
            Completes.RunningContainers => await names.ContainersAsync(running: true),
            Completes.Containers => await names.ContainersAsync(running: false),
            Completes.RunningInstances => await names.InstancesAsync(running: true),
            Completes.Instances => await names.InstancesAsync(running: false),
            Completes.Images => await names.ImagesAsync(),
            Completes.Directories => [Directories],
            Completes.FileThenContainer => positional == 0 ? [Files] : await names.ContainerPathsAsync(),
            Completes.ContainerThenFile => positional == 0 ? await names.ContainerPathsAsync() : [Files],
            Completes.Sessions => await names.SessionsAsync(),
            Completes.Shells => ["bash", "zsh", "fish", "powershell"],
            _ => [],
        };
    }

    // Something that the shell itself completes.
    private static bool IsDirective(string candidate) => candidate is Directories or Files;

    private static string[] Matching(IEnumerable<string> candidates, string current) =>
        [.. candidates.Where(candidate => IsDirective(candidate) || candidate.StartsWith(current, StringComparison.Ordinal))];
}
