namespace Coi.Daemon.Images;

/// <summary>The certificate authorities that the host trusts beyond its distribution's: without them, TLS inside fails behind a proxy that looks into it.</summary>
internal static class HostCertificates
{
    private const string Inside = "usr/local/share/ca-certificates";

    /// <summary>The certificates as files to be put into the container.</summary>
    public static IReadOnlyList<RecipeFile> Collect(IEnumerable<string> directories)
    {
        var files = new List<RecipeFile>();
        foreach (var path in directories.Where(Directory.Exists).SelectMany(d => Directory.EnumerateFiles(d, "*", SearchOption.AllDirectories)).Order(StringComparer.Ordinal))
        {
            if (Path.GetExtension(path) is not (".crt" or ".pem" or ".cer")) continue;
            var content = File.ReadAllBytes(path);
            // update-ca-certificates takes PEM only, by the ending .crt.
            if (content.AsSpan().IndexOf("-----BEGIN CERTIFICATE-----"u8) < 0) continue;
            files.Add(new RecipeFile($"{Inside}/host-{Path.GetFileNameWithoutExtension(path)}.crt", content));
        }

        return [.. files.DistinctBy(f => f.Path)];
    }
}
