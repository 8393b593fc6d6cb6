using Coi.Cli;
using Coi.Cli.CommandLine;

return await CoiProgram.RunAsync(args, Surroundings.OfThisProcess());
