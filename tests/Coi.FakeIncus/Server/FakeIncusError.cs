namespace Coi.FakeIncus;

/// <summary>What the fake answers as an error, in the words of the real one.</summary>
internal sealed class FakeIncusError(int code, string message) : Exception(message)
{
    public int Code => code;

    public static FakeIncusError NoInstance(string name) =>
        new(404, $"Failed to fetch instance \"{name}\" in project \"default\": Instance not found");
}
