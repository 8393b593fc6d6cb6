using System.Globalization;
using Coi.Contracts;

namespace Coi.Cli;

/// <summary>
/// Shows the steps of something long on standard error: on a terminal one line that is written over, with the seconds it has taken;
/// elsewhere one line per step.
/// </summary>
internal sealed class ProgressView : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Surroundings _surroundings;
    private readonly bool _keepsSteps;
    private readonly bool _live;
    private readonly bool _onlyLive;
    private readonly long _start;
    private readonly ITimer? _seconds;
    private Progress? _step;
    private long _stepStart;

    /// <summary>
    /// Begins to show; <paramref name="keepsSteps"/> leaves a line with its time for every finished step, <paramref name="onlyLive"/>
    /// shows nothing where there is no terminal.
    /// </summary>
    public ProgressView(Surroundings surroundings, bool keepsSteps = false, bool onlyLive = false)
    {
        _onlyLive = onlyLive;
        _surroundings = surroundings;
        _keepsSteps = keepsSteps;
        _live = surroundings.ErrorIsTerminal && surroundings.Variable("TERM") is not (null or "" or "dumb");
        _start = surroundings.Time.GetTimestamp();
        // The only thing that this clock drives is the number of seconds that a person sees.
        if (_live) _seconds = surroundings.Time.CreateTimer(_ => Redraw(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
    }

    /// <summary>Shows a step.</summary>
    public void Show(Progress step)
    {
        lock (_gate)
        {
            var isNew = _step is null || _step.Step != step.Step || (!_live && _step.Message != step.Message);
            if (isNew)
            {
                FinishStep();
                _stepStart = _surroundings.Time.GetTimestamp();
                if (!_live && !_onlyLive) _surroundings.Error.WriteLine($"[{Seconds(_start)}] {step.Message}");
            }

            _step = step;
            Draw();
        }
    }

    /// <summary>Shows a line of output above the step.</summary>
    public void Log(string line)
    {
        lock (_gate)
        {
            Erase();
            _surroundings.Error.WriteLine(line);
            Draw();
        }
    }

    /// <summary>Takes the moving line away.</summary>
    public void Dispose()
    {
        _seconds?.Dispose();
        lock (_gate)
        {
            FinishStep();
            Erase();
            _step = null;
        }
    }

    private void FinishStep()
    {
        if (!_live || !_keepsSteps || _step is null) return;
        Erase();
        _surroundings.Error.WriteLine($"[{Seconds(_stepStart)}] {_step.Message}");
        _step = null;
    }

    private void Redraw()
    {
        lock (_gate) Draw();
    }

    private void Draw()
    {
        if (!_live || _step is null) return;
        var percent = _step.Percent is { } done ? $" {done} %" : "";
        var line = $"{_step.Message}{percent} ({Seconds(_stepStart, "0")})";
        // A line that wraps cannot be written over.
        var width = (TerminalSize.Of(2).Columns is var columns and > 0 ? columns : 80) - 1;
        _surroundings.Error.Write("\r\e[K" + (line.Length > width ? line[..width] : line));
    }

    private void Erase()
    {
        if (_live) _surroundings.Error.Write("\r\e[K");
    }

    private string Seconds(long since, string format = "0.0") =>
        _surroundings.Time.GetElapsedTime(since).TotalSeconds.ToString(format, CultureInfo.InvariantCulture) + " s";
}
