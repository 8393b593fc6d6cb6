using System.Globalization;
using Coi.Contracts;

namespace Coi.Cli.Files;

/// <summary>What a transfer has done so far: shown while it lasts, told at its end.</summary>
internal sealed class Transfer : IDisposable
{
    private const int BarWidth = 24;
    private const int MostLeftOut = 10;
    private static readonly TimeSpan BetweenViews = TimeSpan.FromMilliseconds(100);

    private readonly Surroundings _surroundings;
    private readonly ProgressView _view;
    private readonly string _what;
    private readonly List<string> _leftOut = [];
    private long _files;
    private long _bytes;
    private long _total;
    private long _shown;

    /// <summary>Begins to show; <paramref name="what"/> is such as "Pushing file".</summary>
    public Transfer(Surroundings surroundings, string what)
    {
        (_surroundings, _what) = (surroundings, what);
        _view = new ProgressView(surroundings, onlyLive: true);
        Show();
    }

    /// <summary>Bytes that there are in all; 0 when that is not known.</summary>
    public long Total
    {
        set => _total = value;
    }

    /// <summary>What was not copied because it is neither file, directory nor link; the first few.</summary>
    public IReadOnlyList<string> LeftOut => _leftOut;

    /// <summary>How many there were of them.</summary>
    public int LeftOutCount { get; private set; }

    /// <summary>Files and bytes, for a person.</summary>
    public string Sum => $"{_files.ToString("N0", CultureInfo.InvariantCulture)} {(_files == 1 ? "entry" : "entries")}, {Size(_bytes)}";

    /// <summary>A file, directory or link is done.</summary>
    public void Done()
    {
        Interlocked.Increment(ref _files);
        Show();
    }

    /// <summary>So many bytes more have been copied, holes included.</summary>
    public void Add(long bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        Show();
    }

    /// <summary>Something is left out.</summary>
    public void LeaveOut(string path)
    {
        LeftOutCount++;
        if (_leftOut.Count < MostLeftOut) _leftOut.Add(Printable(path));
    }

    /// <summary>A name that somebody else chose, without anything that a terminal would obey.</summary>
    public static string Printable(string name) => string.Concat(name.Select(c => char.IsControl(c) ? '?' : c));

    /// <summary>A number of bytes for a person.</summary>
    public static string Size(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var unit = 0;
        double size = bytes;
        for (; size >= 1024 && unit < units.Length - 1; unit++) size /= 1024;
        return size.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + units[unit];
    }

    /// <inheritdoc />
    public void Dispose() => _view.Dispose();

    private void Show()
    {
        var now = _surroundings.Time.GetTimestamp();
        var shown = Interlocked.Read(ref _shown);
        if (shown != 0 && _surroundings.Time.GetElapsedTime(shown, now) < BetweenViews) return;
        if (Interlocked.CompareExchange(ref _shown, now, shown) != shown) return;
        var (bytes, total) = (Interlocked.Read(ref _bytes), _total);
        int? percent = total > 0 ? (int)Math.Min(100, bytes * 100 / total) : null;
        var amount = percent is { } done ? $"{Bar(done)} {Size(bytes)} of {Size(total)}" : $"{Interlocked.Read(ref _files)} entries, {Size(bytes)}";
        _view.Show(new Progress("transfer", $"{_what}: {amount}", percent));
    }

    private static string Bar(int percent)
    {
        var full = percent * BarWidth / 100;
        return $"[{new string('#', full)}{new string('.', BarWidth - full)}]";
    }
}
