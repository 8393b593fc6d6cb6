namespace Coi.Daemon.Hosting;

/// <summary>Text that is part of this program.</summary>
internal static class EmbeddedText
{
    /// <summary>Reads it.</summary>
    public static string Read(string name)
    {
        using var stream = typeof(EmbeddedText).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"{name} is not embedded in this build");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
