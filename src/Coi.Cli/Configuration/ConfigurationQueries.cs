using Coi.Cli.CommandLine;
using Coi.Cli.Daemons;
using Coi.Cli.Sessions;
using Coi.Contracts;

namespace Coi.Cli.Configuration;

/// <summary>Asks the daemon about the configuration of a directory.</summary>
internal static class ConfigurationQueries
{
    /// <summary>What the flags ask for; what a session's start with the same flags would use.</summary>
    public static ConfigurationQuery Of(Invocation invocation)
    {
        var workspace = SessionArguments.Workspace(invocation);
        SessionArguments.RequireDirectory(workspace);
        return new ConfigurationQuery
        {
            Workspace = workspace,
            Profile = invocation.Value(invocation.Options.Profile),
            Image = invocation.Value(invocation.Options.Image),
            Persistent = invocation.Given(invocation.Options.Persistent) ? invocation.Value(invocation.Options.Persistent) : null,
            Network = invocation.Value(invocation.Options.Network),
            Mounts = MountArguments.Read(invocation),
            Client = ClientContexts.Of(invocation.Surroundings),
        };
    }

    /// <summary>The files that count, and what is wrong with them.</summary>
    public static async Task<ConfigurationCheck> CheckAsync(Invocation invocation)
    {
        using var daemon = Daemon.Of(invocation.Surroundings);
        return await daemon.CallAsync(
            HttpMethod.Post, "v1/configuration/check", Daemon.Body(Of(invocation), ContractsJson.Default.ConfigurationQuery), "checking the configuration",
            ContractsJson.Default.ConfigurationCheck, CancellationToken.None);
    }
}
