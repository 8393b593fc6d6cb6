using System.Text;
using System.Threading.Channels;

namespace Coi.Cli.Daemons;

/// <summary>The end of a log file, and what is added to it; a file that replaces it is taken up.</summary>
internal sealed class LogTail(string file) : IAsyncDisposable
{
    private readonly string _directory = Path.GetDirectoryName(file) ?? "/";
    private StreamReader _reader = Open(file);
    private string _file = file;

    /// <summary>The file that is written to now: log files are rotated, and the newest one is the one last written.</summary>
    public static string? Newest(string directory) => !Directory.Exists(directory)
        ? null
        : Directory.EnumerateFiles(directory, "coid*.log").OrderBy(File.GetLastWriteTimeUtc).ThenBy(path => path, StringComparer.Ordinal).LastOrDefault();

    /// <summary>The last lines that are there; afterwards the file is read to its end.</summary>
    public async Task<IReadOnlyCollection<string>> LastAsync(int count)
    {
        var last = new Queue<string>();
        while (await _reader.ReadLineAsync() is { } line)
        {
            last.Enqueue(line);
            if (last.Count > count) last.Dequeue();
        }

        return last;
    }

    /// <summary>Shows what is added, until it is cancelled.</summary>
    public async Task FollowAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var watcher = new FileSystemWatcher(_directory, "coid*.log") { NotifyFilter = NotifyFilters.Size | NotifyFilters.LastWrite | NotifyFilters.FileName };
        watcher.Changed += (_, _) => changes.Writer.TryWrite(true);
        watcher.Created += (_, _) => changes.Writer.TryWrite(true);
        watcher.EnableRaisingEvents = true;
        changes.Writer.TryWrite(true); // what came between the reading and the watching
        while (true)
        {
            await output.FlushAsync(cancellationToken);
            await changes.Reader.ReadAsync(cancellationToken);
            await CopyAsync(output, cancellationToken);
            if (Newest(_directory) is { } newest && newest != _file)
            {
                await CopyAsync(output, cancellationToken);
                _reader.Dispose();
                _reader = Open(newest);
                _file = newest;
                await CopyAsync(output, cancellationToken);
            }
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task CopyAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var buffer = new char[8192];
        while (await _reader.ReadAsync(buffer, cancellationToken) is var count and > 0) await output.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
    }

    private static StreamReader Open(string path) =>
        new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), Encoding.UTF8);
}
