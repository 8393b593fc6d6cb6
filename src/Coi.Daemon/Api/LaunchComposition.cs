using System.Collections.Immutable;
using Coi.Contracts;
using Coi.Daemon.Slots;
using Coi.Domain.Configuration;
using Coi.Domain.Network;
using Coi.Domain.Tools;

namespace Coi.Daemon.Api;

/// <summary>What a launch is made of, from what was asked for, what is configured, and what the tool needs. Pure.</summary>
internal sealed record LaunchComposition(StartSessionRequest Request, EffectiveConfiguration Configuration, ToolDefinition Tool)
{
    /// <summary>Program and arguments for the terminal.</summary>
    public ImmutableArray<string> Command(string sessionId, string? toolSessionId) => Request.Debug
        ? ["bash"]
        : ToolCommand.Build(Tool, sessionId, toolSessionId, new ToolOverrides
        {
            Binary = Configuration.ToolBinary,
            ExtraArguments = [.. Configuration.ToolArgs],
            Model = Configuration.Model,
            UseDummy = Wants("COI_USE_DUMMY"),
        });

    /// <summary>Variables for the tool: later ones win.</summary>
    public Dictionary<string, string> Environment()
    {
        var environment = SessionScript.BaseEnvironment();
        foreach (var name in new[] { "LANG", "TZ" })
        {
            if (Request.Client.Environment.GetValueOrDefault(name) is { Length: > 0 } value && (name != "LANG" || value.EndsWith("UTF-8", StringComparison.OrdinalIgnoreCase)))
            {
                // Only the locale that every image has; others would make each program warn.
                environment[name] = name == "LANG" ? "C.UTF-8" : value;
            }
        }

        foreach (var (name, value) in Tool.EnvironmentFor(SessionScript.Home)) environment[name] = value;
        foreach (var (name, value) in Configuration.Environment) environment[name] = value;
        foreach (var variable in Request.Environment) environment[variable.Name] = variable.Value;
        return environment;
    }

    /// <summary>The network policy.</summary>
    public NetworkPolicy Policy() => Policy(Configuration.Network);

    /// <summary>The network policy that is configured.</summary>
    public static NetworkPolicy Policy(NetworkConfiguration network) => new()
    {
        Mode = network.Mode,
        BlockPrivateNetworks = network.BlockPrivateNetworks,
        BlockMetadataEndpoint = network.BlockMetadataEndpoint,
        AllowLocalNetworkAccess = network.AllowLocalNetworkAccess,
        AllowedDomains = network.AllowedDomains,
        RefreshMinutes = (int)network.RefreshInterval.TotalMinutes,
    };

    private bool Wants(string variable) =>
        (Request.Environment.LastOrDefault(e => e.Name == variable)?.Value ?? Request.Client.Environment.GetValueOrDefault(variable)) is "1" or "true";
}
