namespace Coi.Contracts;

/// <summary>Asks what a workspace's own file wants: <c>POST /v1/trust/inspect</c>, answered by <see cref="ProjectFileReport"/>.</summary>
/// <param name="Workspace">Absolute path of the workspace.</param>
/// <param name="Client">Who asks, and from what environment.</param>
public sealed record InspectProjectRequest(string Workspace, ClientContext Client);

/// <summary>Trusts a workspace's own file: <c>POST /v1/trust</c>, answered by <see cref="ProjectFileReport"/>.</summary>
/// <param name="Workspace">Absolute path of the workspace.</param>
/// <param name="Sha256">Hash of what the user has seen; a file that is something else by now is not trusted.</param>
/// <param name="Client">Who asks, and from what environment.</param>
public sealed record TrustProjectRequest(string Workspace, string Sha256, ClientContext Client);

/// <summary>Trusts a workspace's own file no more: <c>POST /v1/untrust</c>, answered by <see cref="UntrustedProject"/>.</summary>
/// <param name="Workspace">Absolute path of the workspace, which need not exist any more.</param>
public sealed record UntrustProjectRequest(string Workspace);

/// <summary>A file that is not trusted.</summary>
/// <param name="File">Where it lies.</param>
/// <param name="WasTrusted">Whether it was until now.</param>
public sealed record UntrustedProject(string File, bool WasTrusted);

/// <summary>Answer of <c>GET /v1/trust</c>.</summary>
/// <param name="Files">Every file that was trusted, by path.</param>
public sealed record TrustedProjects(IReadOnlyList<TrustedProject> Files);

/// <summary>A file that was trusted.</summary>
/// <param name="File">Where it lies.</param>
/// <param name="Sha256">Hash of what was trusted.</param>
/// <param name="TrustedAt">When that was.</param>
/// <param name="State"><c>trusted</c>, <c>changed</c> since then, or <c>missing</c>.</param>
public sealed record TrustedProject(string File, string Sha256, DateTimeOffset TrustedAt, string State);
