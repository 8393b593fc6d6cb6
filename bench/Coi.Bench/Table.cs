using System.Globalization;

namespace Coi.Bench;

/// <summary>What was measured, as it is printed.</summary>
internal sealed class Table
{
    private readonly List<string[]> _rows = [["what", "median", "fastest", "slowest", "n", "to floor", "limit", ""]];

    /// <summary>Whether every limit was kept.</summary>
    public bool AllReached { get; private set; } = true;

    /// <summary>Adds times; <paramref name="floor"/> is what they are compared with, the limits are a ratio to it or milliseconds.</summary>
    public void Add(string what, Samples samples, double? floor = null, double? ratioLimit = null, double? limit = null)
    {
        var ratio = samples.Median / floor;
        var reached = ratioLimit is { } most ? ratio <= most : limit is not { } longest || samples.Median <= longest;
        var stated = ratioLimit is { } r ? $"≤ {Number(r)} ×" : limit is { } l ? $"≤ {Number(l)} ms" : "";
        Row(what, $"{Number(samples.Median)} ms", Number(samples.Fastest), Number(samples.Slowest), Number(samples.Count), ratio is { } x ? $"{Number(x)} ×" : "", stated, reached);
    }

    /// <summary>Adds an amount of memory.</summary>
    public void AddMemory(string what, double mebibytes, double limit) =>
        Row(what, $"{Number(mebibytes)} MiB", "", "", "1", "", $"≤ {Number(limit)} MiB", mebibytes <= limit);

    public void Write(TextWriter output)
    {
        var widths = Enumerable.Range(0, _rows[0].Length).Select(column => _rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in _rows)
            output.WriteLine(string.Join("  ", row.Select((cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
    }

    private void Row(string what, string median, string fastest, string slowest, string count, string ratio, string limit, bool reached)
    {
        AllReached &= reached;
        _rows.Add([what, median, fastest, slowest, count, ratio, limit, limit.Length == 0 ? "" : reached ? "reached" : "MISSED"]);
    }

    private static string Number(double value) =>
        value.ToString(value < 10 ? "0.##" : value < 100 ? "0.#" : "0", CultureInfo.InvariantCulture);
}
