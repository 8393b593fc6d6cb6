namespace Coi.Daemon.Images;

/// <summary>The certificate authorities that the host trusts beyond its distribution's: without them, TLS inside fails behind a proxy that looks into it.</summary>
internal static class HostCertificates
{
    private const string Inside = "usr/local/share/ca-certificates";

    /// <summary>The certificates as files to be put into the container.</summary>
    /// <param name="directories">Where they are.</param>
    /// <param name="tell">Takes what could not be read.</param>
    public static IReadOnlyList<RecipeFile> Collect(IEnumerable<string> directories, Action<string> tell)
    {
        var files = new Dictionary<string, RecipeFile>(StringComparer.Ordinal);
        foreach (var (directory, path) in directories.Where(Directory.Exists).SelectMany(d => Directory.EnumerateFiles(d, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => (d, path))))
        {
            if (Path.GetExtension(path) is not (".crt" or ".pem" or ".cer") || Read(path, tell) is not { } content) continue;
            // update-ca-certificates takes PEM only, by the ending .crt.
            if (content.AsSpan().IndexOf("-----BEGIN CERTIFICATE-----"u8) < 0 || files.Values.Any(known => known.Content.AsSpan().SequenceEqual(content))) continue;
            // corp/ca.crt and lab/ca.crt are two authorities.
            var name = $"{Inside}/host-{Path.ChangeExtension(Path.GetRelativePath(directory, path), null).Replace('/', '-')}";
            while (files.ContainsKey($"{name}.crt")) name += "-2";
            files.Add($"{name}.crt", new RecipeFile($"{name}.crt", content));
        }

        return [.. files.Values];
    }

    private static byte[]? Read(string path, Action<string> tell)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            tell($"A certificate authority of this machine cannot be read and is left out: {error.Message}");
            return null;
        }
    }
}
