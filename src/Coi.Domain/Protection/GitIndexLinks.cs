using System.Buffers.Binary;
using System.Text;

namespace Coi.Domain.Protection;

/// <summary>
/// Finds the repositories inside a repository that its index names (submodules): git on the host obeys their configuration too, at a mere <c>git status</c>.
/// The format is gitformat-index(5).
/// </summary>
public static class GitIndexLinks
{
    private const int HeaderLength = 12;
    // Ten 32-bit fields of stat, the object's name (SHA-1), 16 bits of flags.
    private const int EntryLength = 62;
    private const int ModeAt = 24;
    private const uint TypeOfMode = 0xF000;
    private const uint GitLink = 0xE000;

    /// <summary>Paths of the links, relative to the repository; none of what is no index of version 2, 3 or 4.</summary>
    public static IReadOnlyList<string> Of(ReadOnlySpan<byte> index)
    {
        if (index.Length < HeaderLength || !index.StartsWith("DIRC"u8)) return [];
        var version = BinaryPrimitives.ReadUInt32BigEndian(index[4..]);
        if (version is < 2 or > 4) return [];
        var count = BinaryPrimitives.ReadUInt32BigEndian(index[8..]);
        var links = new List<string>();
        var (at, previous) = (HeaderLength, Array.Empty<byte>());
        for (; count > 0 && at + EntryLength < index.Length; count--)
        {
            var entry = index[at..];
            var flags = BinaryPrimitives.ReadUInt16BigEndian(entry[(EntryLength - 2)..]);
            var name = EntryLength + ((flags & 0x4000) != 0 ? 2 : 0);
            var kept = version == 4 ? Kept(entry, ref name, previous.Length) : 0;
            if (kept < 0 || name >= entry.Length) break;
            var length = entry[name..].IndexOf((byte)0);
            if (length < 0) break;
            byte[] path = [.. previous.AsSpan(0, kept), .. entry.Slice(name, length)];
            if ((BinaryPrimitives.ReadUInt32BigEndian(entry[ModeAt..]) & TypeOfMode) == GitLink) links.Add(Encoding.UTF8.GetString(path));
            if (version == 4) previous = path;
            // Entries of older versions are padded with zeros to a multiple of eight.
            at += version == 4 ? name + length + 1 : (name + length + 8) / 8 * 8;
        }

        return links;
    }

    // How much of the previous path stays: a number of bytes to drop, seven bits a byte, each continuation adding one.
    private static int Kept(ReadOnlySpan<byte> entry, ref int at, int previous)
    {
        long drop = 0;
        for (var more = true; more; at++)
        {
            if (at >= entry.Length || drop > int.MaxValue) return -1;
            drop = (drop << 7) + (entry[at] & 0x7F);
            more = (entry[at] & 0x80) != 0;
            if (more) drop++;
        }

        return drop > previous ? -1 : previous - (int)drop;
    }
}
