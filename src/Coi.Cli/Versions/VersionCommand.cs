using System.CommandLine;
using Coi.Cli.CommandLine;

namespace Coi.Cli.Versions;

/// <summary><c>coi version</c>.</summary>
internal sealed class VersionCommand : CoiCommand
{
    private readonly Option<string> _format = OutputFormat.Option();

    // Whatever stands behind the command has no meaning, and never had.
    private readonly Argument<string[]> _rest = new("rest") { Arity = ArgumentArity.ZeroOrMore, Hidden = true };

    /// <summary>Makes the command.</summary>
    public VersionCommand() : base("version", "Show which version this is")
    {
        Arguments.Add(_rest);
        Options.Add(_format);
    }

    /// <inheritdoc />
    public override string Details => "Two lines: 'code-on-incus (coi) v' with the version, and what the program was built from and how.";

    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
        [new("version", "the version, and what it was built from"), new("version --format=json", "the same for programs")];

    /// <inheritdoc />
    public override Task<int> RunAsync(Invocation invocation)
    {
        if (OutputFormat.IsJson(invocation, _format))
        {
            OutputFormat.WriteJson(invocation.Surroundings, VersionReport.OfThisProgram, VersionJson.Default.VersionReport);
            return Task.FromResult(ExitCodes.Success);
        }

        invocation.Surroundings.Out.WriteLine($"code-on-incus (coi) v{ProgramVersion.Number}");
        invocation.Surroundings.Out.WriteLine(ProgramVersion.Build);
        return Task.FromResult(ExitCodes.Success);
    }
}
