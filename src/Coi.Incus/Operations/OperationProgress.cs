namespace Coi.Incus;

/// <summary>What a running operation reports about itself.</summary>
/// <param name="Description">What the operation does, such as <c>Creating instance</c>.</param>
/// <param name="Stage">Incus' name of the stage, such as <c>create_instance_from_image_unpack</c>; empty when it reports none.</param>
/// <param name="Message">Incus' own words, such as <c>Unpack: 42% (120.31MB/s)</c>.</param>
/// <param name="Percent">0 to 100 where Incus says it.</param>
public sealed record OperationProgress(string Description, string Stage, string Message, int? Percent = null);
