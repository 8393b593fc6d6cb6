using Coi.Incus;

namespace Coi.Daemon.Images;

/// <summary>Hands on Incus' own percentages, each once.</summary>
internal sealed class PercentReport(Action<int> report) : IProgress<OperationProgress>
{
    private int _last = -1;

    public void Report(OperationProgress value)
    {
        if (value.Percent is { } percent && Interlocked.Exchange(ref _last, percent) != percent) report(percent);
    }
}
