using System.CommandLine;
using Coi.Cli.CommandLine;

namespace Coi.Cli.Completion;

/// <summary><c>coi completion</c>.</summary>
internal sealed class CompletionCommand : CoiCommand
{
    private readonly Argument<string> _shell = new("shell");
    private readonly Option<bool> _bare = new("--no-descriptions") { Description = "Names and flags alone, without what they are" };

    /// <summary>Makes the command.</summary>
    public CompletionCommand() : base("completion", "Print a script that teaches a shell to complete coi's commands")
    {
        Arguments.Add(_shell);
        Options.Add(_bare);
    }

    /// <inheritdoc />
    public override string Details => "Shells: bash, zsh, fish, powershell. Names of containers and sessions are completed too, when coid runs.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
    [
        new("completion bash > /etc/bash_completion.d/coi", "bash, for everybody"),
        new("completion zsh > \"${fpath[1]}/_coi\"", "zsh"),
        new("completion fish > ~/.config/fish/completions/coi.fish", "fish"),
        new("completion powershell >> $PROFILE", "PowerShell"),
    ];

    /// <inheritdoc />
    public override Completes Completes => Completes.Shells;

    /// <inheritdoc />
    public override Task<int> RunAsync(Invocation invocation)
    {
        var shell = invocation.Value(_shell);
        var script = shell switch
        {
            "bash" => CompletionScripts.Bash,
            "zsh" => CompletionScripts.Zsh,
            "fish" => CompletionScripts.Fish,
            "powershell" => CompletionScripts.PowerShell,
            _ => throw new UsageException($"no completion for shell '{shell}'", "there is one for bash, zsh, fish and powershell"),
        };
        invocation.Surroundings.Out.Write(invocation.Value(_bare) ? CompletionScripts.WithoutDescriptions(script) : script);
        return Task.FromResult(ExitCodes.Success);
    }
}
