using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;

namespace Coi.Cli.Configuration;

/// <summary><c>coi config schema</c>.</summary>
internal sealed class ConfigSchemaCommand() : CoiCommand("schema", "Print the JSON Schema of configuration files, for editors")
{
    /// <inheritdoc />
    public override IReadOnlyList<Example> Examples =>
        [new("config schema > ~/.config/coi/schema.json", "then '#:schema ./schema.json' as the first line of a file lets editors check it")];

    /// <inheritdoc />
    public override async Task<int> RunAsync(Invocation invocation)
    {
        using var daemon = Daemon.Of(invocation.Surroundings);
        invocation.Surroundings.Out.Write(await daemon.TextAsync("v1/configuration/schema", "asking for the schema", CancellationToken.None));
        return ExitCodes.Success;
    }
}
