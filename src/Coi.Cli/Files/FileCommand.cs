using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Contracts;

namespace Coi.Cli.Files;

/// <summary>What <c>coi file push</c> and <c>pull</c> have in common.</summary>
internal abstract class FileCommand : CoiCommand
{
    private readonly Option<bool> _recursive = new("--recursive", "-r") { Description = "Copy a directory with all that is in it" };

    /// <summary>Makes the command.</summary>
    protected FileCommand(string name, string description) : base(name, description) => Options.Add(_recursive);

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        using var interruption = Interruption.Watch();
        try
        {
            return await CopyAsync(invocation, interruption.Token);
        }
        catch (OperationCanceledException) when (interruption.Came)
        {
            new Talk(invocation.Surroundings).Say("Cancelled; nothing was changed");
            return interruption.ExitCode;
        }
    }

    /// <summary>Copies.</summary>
    /// <returns>The exit code.</returns>
    protected abstract Task<int> CopyAsync(Invocation invocation, CancellationToken cancellationToken);

    /// <summary>Refuses a directory unless it was asked for.</summary>
    protected void RequireRecursive(Invocation invocation, string path)
    {
        if (!invocation.Value(_recursive)) throw new UsageException($"'{Transfer.Printable(path)}' is a directory", $"-r copies it with all that is in it: 'coi file {Name} -r …'");
    }

    /// <summary>Says what was done, and what was left out: then it was not all of it.</summary>
    protected static int Report(Surroundings surroundings, string done, Transfer transfer)
    {
        var talk = new Talk(surroundings);
        talk.Say(done);
        if (transfer.LeftOutCount == 0) return ExitCodes.Success;
        foreach (var path in transfer.LeftOut) talk.Warning($"not copied: {path} is neither file, directory nor link");
        talk.Error(new Problem("file.left_out", $"{transfer.LeftOutCount} not copied: sockets, pipes and devices cannot be", "all the rest is there"));
        return ExitCodes.Failure;
    }

    /// <summary>The failure for what is not there inside.</summary>
    protected static ProblemException Missing(ContainerPath path) => new(new Problem(
        "file.missing", $"'{path.Path}' does not exist in container '{path.Container}'", $"coi container exec {path.Container} -- ls -la {path.Parent}"));
}
