namespace Coi.Incus;

/// <summary>Reads names out of the paths by which Incus refers to objects.</summary>
internal static class PathName
{
    private const string Instances = "/1.0/instances/";

    /// <summary>The instance of <c>/1.0/instances/web</c> or <c>/1.0/instances/web/snapshots/x?project=p</c>.</summary>
    public static string? Instance(string path)
    {
        if (!path.StartsWith(Instances, StringComparison.Ordinal)) return null;
        var rest = path.AsSpan(Instances.Length);
        var end = rest.IndexOfAny('/', '?');
        return Uri.UnescapeDataString((end < 0 ? rest : rest[..end]).ToString());
    }
}
