namespace Coi.Daemon.Sessions;

/// <summary>Ids of sessions: random UUIDs in lower case.</summary>
internal static class SessionId
{
    /// <summary>A new id.</summary>
    public static string New() => Guid.NewGuid().ToString("D");

    /// <summary>Whether a name is an id; anything else under <c>sessions-*</c> is not ours.</summary>
    public static bool IsValid(string name) => name.Length == 36 && IsPrefix(name) && Guid.TryParseExact(name, "D", out _);

    /// <summary>Whether a text can be the beginning of an id; keeps <c>../x</c> away from the file system.</summary>
    public static bool IsPrefix(string text) =>
        text.Length is > 0 and <= 36 && text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f') or '-');
}
