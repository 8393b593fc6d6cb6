using System.Globalization;

namespace Coi.Incus;

/// <summary>Incus says what a file is in headers: this is the one place that knows their names.</summary>
internal static class FileHeaders
{
    public static void Write(HttpRequestMessage request, string type, IncusFileAttributes? attributes)
    {
        request.Headers.Add("X-Incus-type", type);
        if (attributes?.Uid is { } uid) request.Headers.Add("X-Incus-uid", uid.ToString(CultureInfo.InvariantCulture));
        if (attributes?.Gid is { } gid) request.Headers.Add("X-Incus-gid", gid.ToString(CultureInfo.InvariantCulture));
        if (attributes?.Mode is { } mode) request.Headers.Add("X-Incus-mode", $"0{System.Convert.ToString((int)mode, 8)}");
    }

    public static FileEntry Read(string path, HttpResponseMessage response) => new()
    {
        Path = path,
        Type = Value(response, "X-Incus-type") switch
        {
            "directory" => FileEntryType.Directory,
            "symlink" => FileEntryType.Symlink,
            _ => FileEntryType.File,
        },
        Uid = Number(response, "X-Incus-uid"),
        Gid = Number(response, "X-Incus-gid"),
        Mode = Mode(response),
    };

    private static UnixFileMode Mode(HttpResponseMessage response)
    {
        // Octal, and some servers write Go's "0o644".
        var text = Value(response, "X-Incus-mode").Replace("o", "", StringComparison.Ordinal);
        var bits = 0;
        foreach (var digit in text)
        {
            if (digit is < '0' or > '7') return UnixFileMode.None;
            bits = (bits << 3) | (digit - '0');
        }

        return (UnixFileMode)(bits & 0xFFF);
    }

    private static int Number(HttpResponseMessage response, string name) =>
        int.TryParse(Value(response, name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string Value(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() ?? "" : "";
}
