using System.Text.Json.Serialization;

namespace Coi.Contracts;

/// <summary>Serialisation of everything on the wire; snake_case names, absent instead of null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(StreamLine))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(StartSessionRequest))]
[JsonSerializable(typeof(StartedSession))]
[JsonSerializable(typeof(AttachTarget))]
[JsonSerializable(typeof(SessionOutcome))]
[JsonSerializable(typeof(Listing))]
[JsonSerializable(typeof(EndContainersRequest))]
[JsonSerializable(typeof(EndedContainers))]
[JsonSerializable(typeof(KeepContainersRequest))]
[JsonSerializable(typeof(KeptContainers))]
[JsonSerializable(typeof(SessionInfo))]
[JsonSerializable(typeof(CleanRequest))]
[JsonSerializable(typeof(CleanReport))]
[JsonSerializable(typeof(DaemonStatus))]
[JsonSerializable(typeof(Stopping))]
[JsonSerializable(typeof(ConfigurationQuery))]
[JsonSerializable(typeof(ConfigurationReport))]
[JsonSerializable(typeof(ConfigurationCheck))]
[JsonSerializable(typeof(StarterFile))]
[JsonSerializable(typeof(InspectProjectRequest))]
[JsonSerializable(typeof(TrustProjectRequest))]
[JsonSerializable(typeof(ProjectFileReport))]
[JsonSerializable(typeof(UntrustProjectRequest))]
[JsonSerializable(typeof(UntrustedProject))]
[JsonSerializable(typeof(TrustedProjects))]
[JsonSerializable(typeof(BuildRequest))]
[JsonSerializable(typeof(BuiltImage))]
[JsonSerializable(typeof(CancelledBuild))]
[JsonSerializable(typeof(GuardOrders))]
public sealed partial class ContractsJson : JsonSerializerContext;
