namespace Coi.Contracts;

/// <summary>Where Incus is for this coi: <c>GET /v1/incus</c>, and the file <see cref="DaemonPaths.IncusPlace"/>; bytes go there directly.</summary>
/// <param name="Socket">Path of its socket.</param>
/// <param name="Project">Project that coi's containers are in.</param>
public sealed record IncusPlace(string Socket, string Project);

/// <summary>
/// Makes and starts a container with a name of the caller's: <c>POST /v1/containers/launch</c>, answered by a stream whose result is
/// <see cref="LaunchedContainer"/>. It has a network of its own under the configured policy, but no workspace, tool or session.
/// </summary>
public sealed record LaunchContainerRequest
{
    /// <summary>Name of the container.</summary>
    public required string Name { get; init; }

    /// <summary>Local alias or fingerprint, or an <c>images:…</c> name.</summary>
    public required string Image { get; init; }

    /// <summary>The container vanishes when it stops.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>Network mode; null takes the configured one.</summary>
    public string? Network { get; init; }

    /// <summary>Profile of the configuration to apply.</summary>
    public string? Profile { get; init; }

    /// <summary>Who asks, and from what environment.</summary>
    public required ClientContext Client { get; init; }
}

/// <summary>A container that was launched.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Image">What it was made from.</param>
/// <param name="Network">Network mode in force.</param>
/// <param name="Ipv4">Its address.</param>
/// <param name="Notice">What the user should know; null when there is nothing.</param>
public sealed record LaunchedContainer(string Name, string Image, string Network, string Ipv4, string? Notice = null);

/// <summary>Starts, stops or deletes a container: <c>POST /v1/containers/{name}/start</c>, <c>…/stop</c>, <c>…/delete</c>; the stream's result is <see cref="ChangedContainer"/>.</summary>
public sealed record ChangeContainerRequest
{
    /// <summary>Stop without asking its inside; delete although it runs.</summary>
    public bool Force { get; init; }

    /// <summary>Seconds that its inside may take to stop.</summary>
    public int TimeoutSeconds { get; init; } = 60;
}

/// <summary>Mounts something of the host into a container: <c>POST /v1/containers/{name}/mount</c>; the stream's result is <see cref="ChangedContainer"/>.</summary>
public sealed record MountContainerRequest
{
    /// <summary>Name of the device.</summary>
    public required string Device { get; init; }

    /// <summary>Absolute path on the host.</summary>
    public required string Source { get; init; }

    /// <summary>Absolute path in the container.</summary>
    public required string Path { get; init; }

    /// <summary>Map owners, so that files keep theirs on both sides.</summary>
    public bool Shift { get; init; } = true;

    /// <summary>It can only be read inside.</summary>
    public bool ReadOnly { get; init; }
}

/// <summary>A container that was changed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Done">What was done: <c>started</c>, <c>stopped</c>, <c>deleted</c> or <c>mounted</c>.</param>
public sealed record ChangedContainer(string Name, string Done);
