using System.CommandLine;

namespace Coi.Cli.CommandLine;

/// <summary>A command line that works, and what it does.</summary>
/// <param name="CommandLine">The line, without the program's name.</param>
/// <param name="Explanation">What it does, without a full stop.</param>
internal sealed record Example(string CommandLine, string Explanation);

/// <summary>A parsed command line on its way to its command.</summary>
/// <param name="Parsed">What was given.</param>
/// <param name="Surroundings">Where it was given.</param>
/// <param name="Options">The global flags.</param>
internal sealed record Invocation(ParseResult Parsed, Surroundings Surroundings, GlobalOptions Options)
{
    /// <summary>The value of an option, its default included.</summary>
    public T? Value<T>(Option<T> option) => Parsed.GetValue(option);

    /// <summary>The value of a positional argument.</summary>
    public T? Value<T>(Argument<T> argument) => Parsed.GetValue(argument);

    /// <summary>Whether an option was given.</summary>
    public bool Given(Option option) => Parsed.GetResult(option) is { Implicit: false };
}

/// <summary>A command of coi: its words, its help, and what it does.</summary>
internal abstract class CoiCommand(string name, string description) : Command(name, description)
{
    /// <summary>What help says below the first line.</summary>
    public virtual string? Details => null;

    /// <summary>Command lines to learn from.</summary>
    public virtual IReadOnlyList<Example> Examples => [];

    /// <summary>What exit codes mean beside the usual ones: a code, or words for one, and its meaning.</summary>
    public virtual IReadOnlyList<(string Code, string Meaning)> OtherExitCodes => [];

    /// <summary>The global flags that have an effect here; the others are accepted, with a warning.</summary>
    public virtual IReadOnlyList<Option> Heeds(GlobalOptions options) => [];

    /// <summary>What the first positional argument can be completed to, and all of them where it is containers.</summary>
    public virtual Completes Completes => Completes.Nothing;

    /// <summary>What a positional argument can be completed to, by its place; 0 is the first.</summary>
    public virtual Completes CompletesAt(int position) => Completes switch
    {
        Completes.Containers => Completes,
        Completes.FileThenContainer or Completes.ContainerThenFile when position < 2 => Completes,
        _ => position == 0 ? Completes : Completes.Nothing,
    };

    /// <summary>Does it.</summary>
    /// <returns>The exit code.</returns>
    public abstract Task<int> RunAsync(Invocation invocation);
}

/// <summary>What a positional argument can be completed to.</summary>
internal enum Completes
{
    /// <summary>Nothing that is known here.</summary>
    Nothing,

    /// <summary>Names of sessions' containers that run.</summary>
    RunningContainers,

    /// <summary>Names of sessions' containers, stopped ones included; any number of them.</summary>
    Containers,

    /// <summary>Names of containers of coi that run, launched by name ones too.</summary>
    RunningInstances,

    /// <summary>Names of containers of coi, launched by name ones too.</summary>
    Instances,

    /// <summary>Aliases of images.</summary>
    Images,

    /// <summary>Directories.</summary>
    Directories,

    /// <summary>A file of this machine, then a path in a container.</summary>
    FileThenContainer,

    /// <summary>A path in a container, then a file of this machine.</summary>
    ContainerThenFile,

    /// <summary>Ids of this directory's saved sessions.</summary>
    Sessions,

    /// <summary>Names of shells.</summary>
    Shells,
}

/// <summary>A command that only groups others: alone it shows its help.</summary>
internal class GroupCommand : CoiCommand
{
    /// <summary>Makes the group.</summary>
    public GroupCommand(string name, string description) : base(name, description) =>
        SetAction(_ => ExitCodes.Success); // without an action the parser would insist on a sub-command

    /// <inheritdoc />
    public override Task<int> RunAsync(Invocation invocation)
    {
        HelpText.Write(this, invocation.Options, invocation.Surroundings);
        return Task.FromResult(ExitCodes.Success);
    }
}
