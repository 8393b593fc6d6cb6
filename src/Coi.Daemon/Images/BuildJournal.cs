using System.Globalization;
using System.Text;
using Coi.Contracts;

namespace Coi.Daemon.Images;

/// <summary>What a build has said so far: to the kept log, to the observer, and to whoever must explain a failure.</summary>
internal sealed class BuildJournal : IDisposable
{
    private const int Remembered = 40;

    private readonly Lock _gate = new();
    private readonly IBuildObserver _observer;
    private readonly TimeProvider _time;
    private readonly StreamWriter _log;
    private readonly long _started;
    private readonly Queue<string> _recent = new();
    private readonly List<(string Name, TimeSpan Took)> _timings = [];
    private long _stepStarted;

    public BuildJournal(string path, IBuildObserver observer, TimeProvider time)
    {
        (Path, _observer, _time) = (path, observer, time);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path) ?? ".");
        _log = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite), new UTF8Encoding(false)) { AutoFlush = true };
        _started = _stepStarted = time.GetTimestamp();
    }

    public string Path { get; }

    /// <summary>Name of the current step.</summary>
    public string StepName { get; private set; } = "prepare";

    /// <summary>What the current step does, for a person.</summary>
    public string StepMessage { get; private set; } = "Preparing the build";

    /// <summary>Whether something of the build could not be removed.</summary>
    public bool LeavesSomething { get; set; }

    public TimeSpan Elapsed => _time.GetElapsedTime(_started);

    /// <summary>The last lines, oldest first.</summary>
    public IReadOnlyList<string> Recent
    {
        get
        {
            lock (_gate) return [.. _recent];
        }
    }

    public void Step(string name, string message)
    {
        lock (_gate)
        {
            CloseStep();
            (StepName, StepMessage, _stepStarted) = (name, message, _time.GetTimestamp());
            _recent.Clear();
            Write($"== {name}: {message}");
        }

        Report(null);
    }

    public void Percent(int percent) => Report(percent);

    public void Line(string line)
    {
        lock (_gate)
        {
            _recent.Enqueue(line);
            if (_recent.Count > Remembered) _recent.Dequeue();
            Write(line);
        }

        _observer.OnLine(line);
    }

    /// <summary>Writes how it ended, and how long each step took.</summary>
    public void End(string outcome)
    {
        lock (_gate)
        {
            CloseStep();
            Write($"== {outcome}");
            foreach (var (name, took) in _timings) Write(string.Create(CultureInfo.InvariantCulture, $"{took.TotalSeconds,8:0.0} s  {name}"));
            Write(string.Create(CultureInfo.InvariantCulture, $"{Elapsed.TotalSeconds,8:0.0} s  in all"));
        }
    }

    public void Dispose() => _log.Dispose();

    private void Report(int? percent) => _observer.OnProgress(new Progress(StepName, StepMessage, percent, (long)Elapsed.TotalMilliseconds));

    private void CloseStep() => _timings.Add((StepName, _time.GetElapsedTime(_stepStarted)));

    private void Write(string line) =>
        _log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_time.GetLocalNow():HH:mm:ss} {Elapsed.TotalSeconds,7:0.0} {line}"));
}
