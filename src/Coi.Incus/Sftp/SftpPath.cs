using System.Text;

namespace Coi.Incus;

/// <summary>A path inside an instance as the bytes that it is: a name need not be UTF-8.</summary>
public readonly struct SftpPath
{
    private readonly byte[]? _bytes;

    /// <summary>Makes one of bytes.</summary>
    public SftpPath(ReadOnlySpan<byte> bytes) => _bytes = bytes.ToArray();

    /// <summary>Makes one of text.</summary>
    public SftpPath(string text) => _bytes = Encoding.UTF8.GetBytes(text);

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>A name in this directory.</summary>
    public SftpPath Join(ReadOnlySpan<byte> name)
    {
        var slash = Bytes is [.., (byte)'/'] ? 0 : 1;
        var joined = new byte[Bytes.Length + slash + name.Length];
        Bytes.CopyTo(joined);
        if (slash == 1) joined[Bytes.Length] = (byte)'/';
        name.CopyTo(joined.AsSpan(Bytes.Length + slash));
        return new SftpPath(joined);
    }

    /// <summary>A name in this directory.</summary>
    public SftpPath Join(string name) => Join(Encoding.UTF8.GetBytes(name));

    /// <inheritdoc />
    public override string ToString() => Encoding.UTF8.GetString(Bytes);
}
