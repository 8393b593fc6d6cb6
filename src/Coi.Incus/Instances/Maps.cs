namespace Coi.Incus;

/// <summary>Shared empty maps, for the fields that Incus sends as null when they are empty.</summary>
internal static class Maps
{
    public static readonly IReadOnlyDictionary<string, string> NoConfig = new Dictionary<string, string>();

    public static readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> NoDevices =
        new Dictionary<string, IReadOnlyDictionary<string, string>>();
}
