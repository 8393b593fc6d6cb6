namespace Coi.Incus;

/// <summary>What an entry of a directory is.</summary>
public enum SftpKind
{
    /// <summary>A socket, a pipe, a device, or nothing that is known.</summary>
    Other,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    Link,
}

/// <summary>What is known of a file inside, or what is to be set on it; null is unknown, or left as it is. Owners are those seen from inside.</summary>
public sealed record SftpAttributes
{
    /// <summary>Size in bytes.</summary>
    public long? Size { get; init; }

    /// <summary>Owner.</summary>
    public int? Uid { get; init; }

    /// <summary>Group.</summary>
    public int? Gid { get; init; }

    /// <summary>Permission bits.</summary>
    public UnixFileMode? Mode { get; init; }

    /// <summary>When the content was last changed, to the second.</summary>
    public DateTimeOffset? Modified { get; init; }

    /// <summary>What it is; never set.</summary>
    public SftpKind Kind { get; init; }

    internal static SftpAttributes Read(ref SftpReader reader)
    {
        var flags = reader.Number();
        long? size = (flags & SftpFlags.Size) != 0 ? (long)reader.LongNumber() : null;
        var owned = (flags & SftpFlags.Owner) != 0;
        var (uid, gid) = owned ? (reader.Number(), reader.Number()) : (0, 0);
        uint? mode = (flags & SftpFlags.Mode) != 0 ? reader.Number() : null;
        DateTimeOffset? modified = null;
        if ((flags & SftpFlags.Times) != 0)
        {
            _ = reader.Number();
            modified = DateTimeOffset.FromUnixTimeSeconds(reader.Number());
        }

        for (var left = (flags & SftpFlags.Extended) != 0 ? reader.Number() : 0; left > 0; left--)
        {
            _ = reader.Text();
            _ = reader.Text();
        }

        return new SftpAttributes
        {
            Size = size,
            Uid = owned ? (int)uid : null,
            Gid = owned ? (int)gid : null,
            Mode = mode is { } bits ? (UnixFileMode)(bits & 0xFFF) : null,
            Modified = modified,
            // The types of stat(2), as the protocol takes them over.
            Kind = (mode & 0xF000) switch { 0x8000 => SftpKind.File, 0x4000 => SftpKind.Directory, 0xA000 => SftpKind.Link, _ => SftpKind.Other },
        };
    }

    /// <summary>
    /// Each attribute alone. Incus 6.0.4 reads those that come together in another order than the protocol's: a permission became a group (seen).
    /// The owner comes before the permissions, since changing it takes some of them away.
    /// </summary>
    internal IEnumerable<SftpAttributes> Apart()
    {
        if (Size is not null) yield return new SftpAttributes { Size = Size };
        if (Uid is not null && Gid is not null) yield return new SftpAttributes { Uid = Uid, Gid = Gid };
        if (Mode is not null) yield return new SftpAttributes { Mode = Mode };
        if (Modified is not null) yield return new SftpAttributes { Modified = Modified };
    }

    internal SftpWriter Write(SftpWriter writer)
    {
        var owned = Uid is not null && Gid is not null;
        writer.Number((Size is null ? 0 : SftpFlags.Size) | (owned ? SftpFlags.Owner : 0) | (Mode is null ? 0 : SftpFlags.Mode) | (Modified is null ? 0 : SftpFlags.Times));
        if (Size is { } size) writer.LongNumber((ulong)size);
        if (owned)
        {
            writer.Number((uint)(Uid ?? 0));
            writer.Number((uint)(Gid ?? 0));
        }

        if (Mode is { } mode) writer.Number((uint)mode);
        if (Modified is not { } modified) return writer;
        // The protocol's seconds have 32 bits without a sign.
        var seconds = (uint)Math.Clamp(modified.ToUnixTimeSeconds(), 0, uint.MaxValue);
        return writer.Number(seconds).Number(seconds);
    }
}

/// <summary>A name in a directory and what it is.</summary>
/// <param name="Name">The name's bytes, as the inside says: nothing has been checked.</param>
/// <param name="Attributes">What it is, links not followed.</param>
public sealed record SftpEntry(byte[] Name, SftpAttributes Attributes);
