using System.Buffers.Binary;
using System.Text;

namespace Coi.Incus;

/// <summary>Kinds of packets (draft-ietf-secsh-filexfer-02, version 3 of the protocol).</summary>
internal enum SftpType : byte
{
    Init = 1, Version = 2, Open = 3, Close = 4, Read = 5, Write = 6, LinkStat = 7, FileStat = 8, SetStat = 9, SetFileStat = 10,
    OpenDirectory = 11, ReadDirectory = 12, Remove = 13, MakeDirectory = 14, RemoveDirectory = 15, Stat = 17, ReadLink = 19, Symlink = 20,
    Status = 101, Handle = 102, Data = 103, Name = 104, Attributes = 105, Extended = 200,
}

/// <summary>Which attributes a packet carries, and how a file is opened.</summary>
internal static class SftpFlags
{
    public const uint Size = 1, Owner = 2, Mode = 4, Times = 8, Extended = 0x80000000;

    public const uint OpenRead = 1, OpenWrite = 2, OpenCreate = 8, OpenExclusive = 0x20;
}

/// <summary>Puts a packet together; its length and id are filled in when it is sent.</summary>
internal sealed class SftpWriter
{
    private byte[] _bytes;
    private int _length = 9; // length 4, type 1, id 4

    public SftpWriter(SftpType type, int capacity = 256)
    {
        _bytes = new byte[capacity];
        _bytes[4] = (byte)type;
    }

    public ReadOnlyMemory<byte> Finish(uint id)
    {
        BinaryPrimitives.WriteInt32BigEndian(_bytes, _length - 4);
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(5), id);
        return _bytes.AsMemory(0, _length);
    }

    public SftpWriter Number(uint number)
    {
        BinaryPrimitives.WriteUInt32BigEndian(Room(4), number);
        return this;
    }

    public SftpWriter LongNumber(ulong number)
    {
        BinaryPrimitives.WriteUInt64BigEndian(Room(8), number);
        return this;
    }

    public SftpWriter Text(ReadOnlySpan<byte> text)
    {
        Number((uint)text.Length);
        text.CopyTo(Room(text.Length));
        return this;
    }

    public SftpWriter Text(SftpPath path) => Text(path.Bytes);

    private Span<byte> Room(int count)
    {
        if (_length + count > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count));
        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }
}

/// <summary>Takes a packet's content apart.</summary>
internal ref struct SftpReader(ReadOnlyMemory<byte> body)
{
    private readonly ReadOnlyMemory<byte> _body = body;
    private int _at;

    public uint Number() => BinaryPrimitives.ReadUInt32BigEndian(Take(4).Span);

    public ulong LongNumber() => BinaryPrimitives.ReadUInt64BigEndian(Take(8).Span);

    public ReadOnlyMemory<byte> Text() => Take(checked((int)Number()));

    public bool AtEnd => _at >= _body.Length;

    private ReadOnlyMemory<byte> Take(int count)
    {
        if (count < 0 || count > _body.Length - _at) throw new InvalidDataException("a packet is shorter than it says");
        _at += count;
        return _body.Slice(_at - count, count);
    }
}

/// <summary>A packet that came.</summary>
/// <param name="Type">Its kind.</param>
/// <param name="Body">What follows its id.</param>
internal readonly record struct SftpReply(SftpType Type, ReadOnlyMemory<byte> Body)
{
    private const uint Fine = 0, EndOfFile = 1, NoSuchFile = 2, Denied = 3;

    /// <summary>Whether it says that there is no more.</summary>
    public bool IsEnd => Type == SftpType.Status && new SftpReader(Body).Number() == EndOfFile;

    /// <summary>The content of a reply of the expected kind.</summary>
    public SftpReader Expect(SftpType type, string action)
    {
        if (Type == type) return new SftpReader(Body);
        throw Type == SftpType.Status ? Failure(action) : new IncusException(action, 502, $"an SFTP reply of kind {(int)Type} came where {(int)type} was expected");
    }

    /// <summary>Nothing but success.</summary>
    public void ExpectSuccess(string action)
    {
        if (Expect(SftpType.Status, action).Number() != Fine) throw Failure(action);
    }

    private IncusException Failure(string action)
    {
        var reader = new SftpReader(Body);
        var code = reader.Number();
        var words = reader.AtEnd ? "" : Encoding.UTF8.GetString(reader.Text().Span);
        return new IncusException(action, code switch { NoSuchFile => 404, Denied => 403, _ => 500 }, code switch
        {
            NoSuchFile => "no such file or directory",
            Denied when words.Length == 0 => "permission denied",
            _ => words,
        });
    }
}
