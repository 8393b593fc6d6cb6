using System.CommandLine;
using Coi.Cli.CommandLine;

namespace Coi.Cli.Completion;

/// <summary><c>coi __complete</c>: what the scripts ask. It says nothing rather than something wrong, and starts nothing.</summary>
internal sealed class CompleteCommand : CoiCommand
{
    private readonly Argument<string[]> _words = new("words") { Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Makes the command.</summary>
    public CompleteCommand() : base(ArgumentNormaliser.CompleteName, "Answers completion scripts")
    {
        Hidden = true;
        Arguments.Add(_words);
    }

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        var words = invocation.Value(_words) ?? [];
        var names = new DynamicNames(invocation.Surroundings);
        // The last word is not yet what it will become.
        var tree = new CommandTree(words.Length > 1 ? words[0] : null);
        foreach (var candidate in await new Candidates(tree, names).ForAsync(words)) invocation.Surroundings.Out.WriteLine(candidate);
        return ExitCodes.Success;
    }
}
