namespace Coi.Incus;

/// <summary>What a path inside an instance is.</summary>
public enum FileEntryType
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    Symlink,
}

/// <summary>A file, directory or link inside an instance; uid and gid as seen from inside.</summary>
public sealed record FileEntry
{
    /// <summary>Its path.</summary>
    public required string Path { get; init; }

    /// <summary>What it is.</summary>
    public required FileEntryType Type { get; init; }

    /// <summary>Its owner.</summary>
    public int Uid { get; init; }

    /// <summary>Its group.</summary>
    public int Gid { get; init; }

    /// <summary>Its permission bits.</summary>
    public UnixFileMode Mode { get; init; }
}

/// <summary>Owner and permissions of what is pushed; what is null stays as it is, or gets Incus' default when it is new.</summary>
public sealed record IncusFileAttributes
{
    /// <summary>The owner, as seen from inside.</summary>
    public int? Uid { get; init; }

    /// <summary>The group, as seen from inside.</summary>
    public int? Gid { get; init; }

    /// <summary>The permission bits.</summary>
    public UnixFileMode? Mode { get; init; }
}
