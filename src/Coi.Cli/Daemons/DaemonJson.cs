using System.Text.Json.Serialization;
using Coi.Contracts;

namespace Coi.Cli.Daemons;

/// <summary>What <c>coi daemon status</c> and <c>start</c> print.</summary>
/// <param name="Running">Whether the daemon runs.</param>
/// <param name="Socket">Path of its socket; null when it does not run.</param>
/// <param name="Status">What it says of itself; null when it does not run.</param>
internal sealed record DaemonReport(bool Running, string? Socket, DaemonStatus? Status);

/// <summary>What <c>coi daemon stop</c> prints.</summary>
/// <param name="WasRunning">Whether there was one to stop.</param>
/// <param name="Pid">Process id that it had; null when there was none.</param>
internal sealed record StoppedDaemon(bool WasRunning, int? Pid);

/// <summary>Serialisation of what is printed; absent instead of null, as on the wire.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DaemonReport))]
[JsonSerializable(typeof(StoppedDaemon))]
internal sealed partial class DaemonJson : JsonSerializerContext;
