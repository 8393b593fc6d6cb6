using System.CommandLine;
using Coi.Cli.CommandLine;
using Coi.Incus;

namespace Coi.Cli.Instances;

/// <summary>What <c>coi container exists</c> and <c>running</c> have in common: they are silent, the exit code is the answer.</summary>
internal abstract class ContainerQuestionCommand : CoiCommand
{
    private readonly Argument<string> _name = new("name");

    /// <summary>Makes the command.</summary>
    protected ContainerQuestionCommand(string name, string description) : base(name, description) => Arguments.Add(_name);

    /// <inheritdoc />
    public override string Details => "Says nothing; exit code 0 means yes, 1 no. When Incus cannot be asked that is said, and the exit code is 1 too.";

    /// <inheritdoc />
    public override IReadOnlyList<(string Code, string Meaning)> OtherExitCodes => [("0", "Yes"), ("1", "No, or it cannot be told: then standard error says why")];

    /// <inheritdoc />
    public override Completes Completes => Completes.Instances;

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        using var incus = await DirectIncus.OpenAsync(invocation.Surroundings);
        var name = invocation.Value(_name) ?? "";
        return name.Length > 0 && await IsSoAsync(incus.Instances, name) ? ExitCodes.Success : ExitCodes.Failure;
    }

    /// <summary>The answer.</summary>
    protected abstract Task<bool> IsSoAsync(InstancesApi instances, string name);
}

/// <summary><c>coi container exists</c>.</summary>
internal sealed class ContainerExistsCommand() : ContainerQuestionCommand("exists", "Tell by the exit code whether a container exists")
{
    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples => [new("container exists my-container", "in any state")];

    /// <inheritdoc />
    protected override Task<bool> IsSoAsync(InstancesApi instances, string name) => instances.ExistsAsync(name);
}

/// <summary><c>coi container running</c>.</summary>
internal sealed class ContainerRunningCommand() : ContainerQuestionCommand("running", "Tell by the exit code whether a container runs")
{
    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples => [new("container running my-container", "one that is frozen does not run")];

    /// <inheritdoc />
    protected override async Task<bool> IsSoAsync(InstancesApi instances, string name) => await instances.FindAsync(name) is { IsRunning: true };
}
