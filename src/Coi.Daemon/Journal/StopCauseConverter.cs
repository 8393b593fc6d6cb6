using System.Text.Json;
using System.Text.Json.Serialization;
using Coi.Domain.Slots;

namespace Coi.Daemon.Journal;

/// <summary>Reads a cause that only a newer version knows as unknown: it decides nothing, and must not keep a slot from coming back.</summary>
internal sealed class StopCauseConverter : JsonConverter<StopCause>
{
    /// <inheritdoc />
    public override StopCause Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Enum.TryParse<StopCause>(reader.GetString(), out var cause) && Enum.IsDefined(cause) ? cause : StopCause.Unknown;

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, StopCause value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
