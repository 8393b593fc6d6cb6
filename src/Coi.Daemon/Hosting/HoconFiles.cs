using Akka.Configuration;

namespace Coi.Daemon.Hosting;

/// <summary>The HOCON files of the repository's <c>hocon/</c>, embedded in the program.</summary>
internal static class HoconFiles
{
    /// <summary>Reads one of them.</summary>
    public static Config Read(string name)
    {
        using var stream = typeof(HoconFiles).Assembly.GetManifestResourceStream($"hocon/{name}")
            ?? throw new InvalidOperationException($"hocon/{name} is not embedded in this build");
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }
}
