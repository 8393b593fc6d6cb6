using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Akka.Actor;
using Akka.Serialization;
using Coi.Domain.History;
using Coi.Domain.Slots;
using Coi.Domain.Workspaces;

namespace Coi.Daemon.Journal;

/// <summary>
/// Writes journaled events as plain JSON under a stable manifest, so that the journal can be read with sqlite3 and no class name is
/// ever stored. Manifests never change; a changed meaning is a new manifest; properties are only added, optional.
/// </summary>
internal sealed class JournalSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private static readonly FrozenDictionary<string, JsonTypeInfo> ByManifest = new Dictionary<string, JsonTypeInfo>
    {
        ["slot.launch-requested.v1"] = JournalJson.Default.LaunchRequested,
        ["slot.provisioned.v1"] = JournalJson.Default.Provisioned,
        ["slot.session-started.v1"] = JournalJson.Default.SessionStarted,
        ["slot.launch-failed.v1"] = JournalJson.Default.LaunchFailed,
        ["slot.stop-requested.v1"] = JournalJson.Default.StopRequested,
        ["slot.container-stopped.v1"] = JournalJson.Default.ContainerStopped,
        ["slot.session-finalised.v1"] = JournalJson.Default.SessionFinalised,
        ["slot.container-kept.v1"] = JournalJson.Default.ContainerKept,
        ["slot.freed.v1"] = JournalJson.Default.SlotFreed,
        ["slot.container-adopted.v1"] = JournalJson.Default.ContainerAdopted,
        ["slot.persisted.v1"] = JournalJson.Default.ContainerPersisted,
        ["slot.marked.v1"] = JournalJson.Default.ContainerMarked,
        ["slot.policy-changed.v1"] = JournalJson.Default.PolicyChanged,
        ["slot.policy-applied.v1"] = JournalJson.Default.PolicyApplied,
        ["slot.found-running.v1"] = JournalJson.Default.ContainerFoundRunning,
        ["workspace.slot-reserved.v1"] = JournalJson.Default.SlotReserved,
        ["workspace.slot-rested.v1"] = JournalJson.Default.SlotRested,
        ["workspace.slot-released.v1"] = JournalJson.Default.SlotReleased,
        ["workspace.slot-failed.v1"] = JournalJson.Default.SlotFailed,
        ["workspace.slot-recovered.v1"] = JournalJson.Default.SlotRecovered,
        ["record.build.v1"] = JournalJson.Default.BuildRecorded,
        ["record.container.v1"] = JournalJson.Default.ContainerRecorded,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<Type, (string Manifest, JsonTypeInfo Info)> ByType =
        ByManifest.ToFrozenDictionary(p => p.Value.Type, p => (p.Key, p.Value));

    /// <summary>All manifests with the types behind them.</summary>
    public static IEnumerable<KeyValuePair<string, Type>> Manifests => ByManifest.Select(p => KeyValuePair.Create(p.Key, p.Value.Type));

    /// <inheritdoc />
    public override int Identifier => 7301;

    /// <inheritdoc />
    public override string Manifest(object o) => Of(o).Manifest;

    /// <inheritdoc />
    public override byte[] ToBinary(object obj) => JsonSerializer.SerializeToUtf8Bytes(obj, Of(obj).Info);

    /// <inheritdoc />
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return Read(bytes, manifest);
        }
        catch (Exception ex) when (ex is JsonException or ArgumentException)
        {
            return new UnreadableEvent(manifest, ex.Message);
        }
    }

    /// <summary>An event of the journal.</summary>
    /// <exception cref="JsonException">It is damaged, or says what this version does not know.</exception>
    /// <exception cref="ArgumentException">It is one that this version does not know.</exception>
    public static object Read(ReadOnlySpan<byte> bytes, string manifest) =>
        ByManifest.TryGetValue(manifest, out var info)
            ? JsonSerializer.Deserialize(bytes, info) ?? throw new JsonException($"the journal holds null under {manifest}")
            : throw new ArgumentException($"the journal holds '{manifest}', which this version does not know", nameof(manifest));

    /// <summary>What an event is called in history: its manifest without entity and version, <c>launch_requested</c>; a record says it itself.</summary>
    public static string NameOf(IJournaled evt) => evt is IRecord record ? record.Event : Of(evt).Manifest.Split('.')[1].Replace('-', '_');

    private static (string Manifest, JsonTypeInfo Info) Of(object o) =>
        ByType.TryGetValue(o.GetType(), out var entry) ? entry : throw new ArgumentException($"{o.GetType().Name} has no manifest", nameof(o));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    // What follows from other values is not written: it would have to be kept for ever.
    IgnoreReadOnlyProperties = true,
    Converters = [typeof(StopCauseConverter)],
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(LaunchSpec))]
[JsonSerializable(typeof(LaunchRequested))]
[JsonSerializable(typeof(Provisioned))]
[JsonSerializable(typeof(SessionStarted))]
[JsonSerializable(typeof(LaunchFailed))]
[JsonSerializable(typeof(StopRequested))]
[JsonSerializable(typeof(ContainerStopped))]
[JsonSerializable(typeof(SessionFinalised))]
[JsonSerializable(typeof(ContainerKept))]
[JsonSerializable(typeof(SlotFreed))]
[JsonSerializable(typeof(ContainerAdopted))]
[JsonSerializable(typeof(ContainerPersisted))]
[JsonSerializable(typeof(ContainerMarked))]
[JsonSerializable(typeof(PolicyChanged))]
[JsonSerializable(typeof(PolicyApplied))]
[JsonSerializable(typeof(ContainerFoundRunning))]
[JsonSerializable(typeof(SlotReserved))]
[JsonSerializable(typeof(SlotRested))]
[JsonSerializable(typeof(SlotReleased))]
[JsonSerializable(typeof(SlotFailed))]
[JsonSerializable(typeof(SlotRecovered))]
[JsonSerializable(typeof(BuildRecorded))]
[JsonSerializable(typeof(ContainerRecorded))]
internal sealed partial class JournalJson : JsonSerializerContext;
