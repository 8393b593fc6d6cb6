namespace Coi.Contracts;

/// <summary>Result of <c>POST /v1/containers/{name}/recover</c>, which has a slot that failed go on with what Incus has.</summary>
/// <param name="Name">Name of the container.</param>
/// <param name="Exists">Whether Incus had it; without it the session was saved and the slot freed.</param>
public sealed record RecoveredContainer(string Name, bool Exists);

/// <summary>Makes running containers persistent: <c>POST /v1/containers/persist</c>; the stream's result is <see cref="KeptContainers"/>.</summary>
/// <param name="Names">Names of the containers.</param>
public sealed record KeepContainersRequest(IReadOnlyList<string> Names);

/// <summary>What became of each container that was to be kept.</summary>
/// <param name="Kept">Those that are kept when they stop.</param>
/// <param name="Failed">Those that are not, each with the reason.</param>
public sealed record KeptContainers(IReadOnlyList<KeptContainer> Kept, IReadOnlyList<FailedContainer> Failed);

/// <summary>A container that is kept when it stops.</summary>
/// <param name="Name">Name of the container.</param>
/// <param name="Changed">False when it had been so before.</param>
public sealed record KeptContainer(string Name, bool Changed);
