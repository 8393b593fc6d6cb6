namespace Coi.Domain.Slots;

/// <summary>A file or directory of the host, beside the workspace, that the user wants inside.</summary>
/// <param name="Device">Name of the Incus disk device.</param>
/// <param name="Source">Absolute path on the host.</param>
/// <param name="Path">Absolute path in the container.</param>
/// <param name="ReadOnly">Whether it can only be read inside.</param>
public sealed record HostMount(string Device, string Source, string Path, bool ReadOnly);
