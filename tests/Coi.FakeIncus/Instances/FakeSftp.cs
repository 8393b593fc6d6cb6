using System.Buffers.Binary;
using System.Text;

namespace Coi.FakeIncus;

/// <summary>An SFTP server (version 3) over a fake disk: what the real one does with what coi asks of it.</summary>
internal sealed class FakeSftp(FakeFileSystem files, Stream stream)
{
    private const int Fine = 0, EndOfFile = 1, NoSuchFile = 2, Failure = 4;
    private const int LongestRead = 32 * 1024;

    private readonly Dictionary<string, (string Path, bool Listed)> _open = [];
    private byte[] _packet = [];
    private int _at;

    /// <summary>Answers until the other side has gone.</summary>
    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        var head = new byte[4];
        while (await stream.ReadAtLeastAsync(head, 4, throwOnEndOfStream: false, cancellationToken) == 4)
        {
            _packet = new byte[BinaryPrimitives.ReadInt32BigEndian(head)];
            await stream.ReadExactlyAsync(_packet, cancellationToken);
            _at = 1;
            var answer = _packet[0] == 1 ? new Answer(2).Number(3) : Handle(_packet[0], Number());
            await stream.WriteAsync(answer.Bytes, cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }
    }

    private Answer Handle(byte type, uint id) => type switch
    {
        3 => Open(id, Text(), Number()),
        4 => Close(id),
        5 => Read(id, Handle(), (long)LongNumber(), (int)Number()),
        6 => Write(id, Handle(), (long)LongNumber(), Bytes()),
        7 => Attributes(id, Text()),
        8 => Attributes(id, Handle()),
        9 => Set(id, Text()),
        10 => Set(id, Handle()),
        11 => OpenDirectory(id, Text()),
        12 => List(id),
        13 or 15 => Remove(id, Text()),
        14 => MakeDirectory(id, Text()),
        17 => Attributes(id, Follow(Text())),
        19 => ReadLink(id, Text()),
        20 => Link(id, Text(), Text()),
        200 when Text() == "posix-rename@openssh.com" => Status(id, files.Move(Text(), Text()) ? Fine : Failure, "rename: file exists"),
        _ => Status(id, 8, "unsupported"),
    };

    private Answer Open(uint id, string path, uint flags)
    {
        var there = files.Find(Follow(path));
        if ((flags & 0x20) != 0 && there is not null) return Status(id, Failure, $"open {path}: file exists");
        if ((flags & 8) == 0 && there is null) return Status(id, NoSuchFile, "");
        if (there is null)
        {
            if (files.Find(Path.GetDirectoryName(path) ?? "/") is null) return Status(id, NoSuchFile, "");
            files.Set(path, new FakeFile("file", [], 0, 0, 0x1A4));
        }

        return Handle(id, there is null ? path : Follow(path));
    }

    private Answer OpenDirectory(uint id, string path) =>
        files.Find(Follow(path)) is { Type: "directory" } ? Handle(id, Follow(path)) : Status(id, NoSuchFile, "");

    private Answer Handle(uint id, string path)
    {
        var handle = $"{_open.Count}-{path}";
        _open[handle] = (path, false);
        return new Answer(102).Number(id).Text(handle);
    }

    private Answer Close(uint id) => Status(id, _open.Remove(Text()) ? Fine : Failure, "bad handle");

    private Answer Read(uint id, string path, long offset, int count)
    {
        if (files.Broken.Contains(path)) return Status(id, Failure, $"read {path}: input/output error");
        var content = files.Find(path)?.Content ?? [];
        return offset >= content.Length
            ? Status(id, EndOfFile, "EOF")
            : new Answer(103).Number(id).Blob(content.AsSpan((int)offset, (int)Math.Min(Math.Min(count, LongestRead), content.Length - offset)));
    }

    private Answer Write(uint id, string path, long offset, byte[] bytes)
    {
        if (files.Find(path) is not { } file || files.Broken.Contains("*")) return Status(id, Failure, $"write {path}: no space left on device");
        var content = file.Content;
        if (content.Length < offset + bytes.Length) Array.Resize(ref content, (int)offset + bytes.Length);
        bytes.CopyTo(content, (int)offset);
        files.Set(path, file with { Content = content });
        return Status(id, Fine, "");
    }

    private Answer Attributes(uint id, string path) => files.Find(path) is { } file ? Describe(new Answer(105).Number(id), file) : Status(id, NoSuchFile, "");

    private static Answer Describe(Answer answer, FakeFile file) => answer
        .Number(0xF).Number(0).Number((uint)file.Content.Length).Number((uint)file.Uid).Number((uint)file.Gid)
        .Number((uint)file.Mode | file.Type switch { "directory" => 0x4000u, "symlink" => 0xA000u, "fifo" => 0x1000u, _ => 0x8000u })
        .Number(0).Number(0);

    // As the real one: attributes that come together are read in an order of its own, so only single ones are right.
    private Answer Set(uint id, string path)
    {
        if (files.Find(path) is not { } file) return Status(id, NoSuchFile, "");
        switch (Number())
        {
            case 1:
                var content = file.Content;
                Array.Resize(ref content, (int)LongNumber());
                files.Set(path, file with { Content = content });
                return Status(id, Fine, "");
            case 2:
                files.Set(path, file with { Uid = (int)Number(), Gid = (int)Number() });
                return Status(id, Fine, "");
            case 4:
                files.Set(path, file with { Mode = (int)Number() & 0xFFF });
                return Status(id, Fine, "");
            case 8:
                return Status(id, Fine, "");
            default:
                return Status(id, Failure, "chown: invalid argument");
        }
    }

    private Answer List(uint id)
    {
        var handle = Text();
        var (path, listed) = _open[handle];
        if (listed) return Status(id, EndOfFile, "EOF");
        _open[handle] = (path, true);
        var names = files.List(path).Concat(files.ImpossibleNames).ToList();
        if (names.Count == 0) return Status(id, EndOfFile, "EOF");
        var answer = new Answer(104).Number(id).Number((uint)names.Count);
        foreach (var name in names) Describe(answer.Text(name).Text(name), files.Find($"{path.TrimEnd('/')}/{name}") ?? new FakeFile("file", [], 0, 0, 0x1A4));
        return answer;
    }

    private Answer Remove(uint id, string path)
    {
        try
        {
            files.Delete(path);
            return Status(id, Fine, "");
        }
        catch (FakeIncusError e)
        {
            return Status(id, Failure, e.Message);
        }
    }

    private Answer MakeDirectory(uint id, string path)
    {
        if (files.Find(path) is not null) return Status(id, Failure, $"mkdir {path}: file exists");
        files.Set(path, new FakeFile("directory", [], 0, 0, 0x1ED));
        return Status(id, Fine, "");
    }

    private Answer ReadLink(uint id, string path) => files.Find(path) is { Type: "symlink" } link
        ? new Answer(104).Number(id).Number(1).Text(link.Text).Text(link.Text).Number(0)
        : Status(id, Failure, $"readlink {path}: invalid argument");

    private Answer Link(uint id, string target, string path)
    {
        if (files.Find(path) is not null) return Status(id, Failure, $"symlink {path}: file exists");
        files.Set(path, new FakeFile("symlink", Encoding.Latin1.GetBytes(target), 0, 0, 0x1FF));
        return Status(id, Fine, "");
    }

    private string Follow(string path)
    {
        for (var hop = 0; hop < 40 && files.Find(path) is { Type: "symlink" } link; hop++)
            path = Path.GetFullPath(link.Text, Path.GetDirectoryName(path) ?? "/");
        return path;
    }

    private static Answer Status(uint id, int code, string words) => new Answer(101).Number(id).Number((uint)code).Text(words).Text("");

    private string Handle() => _open[Text()].Path;

    private uint Number() => BinaryPrimitives.ReadUInt32BigEndian(_packet.AsSpan((_at += 4) - 4));

    private ulong LongNumber() => BinaryPrimitives.ReadUInt64BigEndian(_packet.AsSpan((_at += 8) - 8));

    // Names need not be UTF-8: each byte is a character of its own.
    private string Text() => Encoding.Latin1.GetString(Bytes());

    private byte[] Bytes()
    {
        var length = (int)Number();
        return _packet[((_at += length) - length).._at];
    }

    /// <summary>A packet that is being put together.</summary>
    private sealed class Answer(byte type)
    {
        private readonly List<byte> _content = [];

        public byte[] Bytes
        {
            get
            {
                var bytes = new byte[5 + _content.Count];
                BinaryPrimitives.WriteInt32BigEndian(bytes, _content.Count + 1);
                bytes[4] = type;
                _content.CopyTo(bytes, 5);
                return bytes;
            }
        }

        public Answer Number(uint number)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
            _content.AddRange(bytes);
            return this;
        }

        public Answer Text(string text) => Blob(Encoding.Latin1.GetBytes(text));

        public Answer Blob(ReadOnlySpan<byte> bytes)
        {
            Number((uint)bytes.Length);
            _content.AddRange(bytes);
            return this;
        }
    }
}
