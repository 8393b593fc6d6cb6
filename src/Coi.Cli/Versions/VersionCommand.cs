using Coi.Cli.CommandLine;

namespace Coi.Cli.Versions;

/// <summary><c>coi version</c>.</summary>
internal sealed class VersionCommand() : CoiCommand("version", "Show which version this is")
{
    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples => [new("version", "the version, and what it was built from")];

    /// <inheritdoc />
    public override Task<int> RunAsync(Invocation invocation)
    {
        invocation.Surroundings.Out.WriteLine($"code-on-incus (coi) v{ProgramVersion.Number}");
        invocation.Surroundings.Out.WriteLine(ProgramVersion.Build);
        return Task.FromResult(ExitCodes.Success);
    }
}
