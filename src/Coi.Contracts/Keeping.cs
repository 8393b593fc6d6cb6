namespace Coi.Contracts;

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
