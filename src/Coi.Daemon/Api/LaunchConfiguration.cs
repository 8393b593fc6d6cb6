using Coi.Contracts;
using Coi.Daemon.Configuration;
using Coi.Daemon.Hosting;

namespace Coi.Daemon.Api;

/// <summary>Reads the configuration that a launch is asked for with.</summary>
internal sealed class LaunchConfiguration(ProcessOwner owner, TrustStore trust)
{
    /// <summary>The configuration in force, with what of the workspace's own file is not.</summary>
    /// <exception cref="Domain.FailureException">It cannot be used.</exception>
    public ConfigurationResult.Loaded Load(StartSessionRequest request, string workspace) =>
        ConfigurationLoader.Load(new ConfigurationRequest
        {
            Home = owner.HomeDirectory,
            WorkspacePath = workspace,
            Environment = request.Client.Environment,
            Profile = request.Profile,
            Overrides = new ConfigurationOverrides { Image = request.Image, Persistent = request.Persistent, Network = request.Network, Mounts = request.Mounts.ToFlags() },
            Trust = trust,
        }).OrThrow();
}
