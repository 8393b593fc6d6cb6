namespace Coi.EndToEnd.Tests.Support;

/// <summary>What the machine lets the tests do.</summary>
internal static class Machine
{
    /// <summary>Fails, saying why, unless the tests run as root.</summary>
    public static void RequireRoot(string what)
    {
        if (!Environment.IsPrivilegedProcess) throw new InvalidOperationException($"this test needs root for {what}: run './test.sh' as root");
    }
}
