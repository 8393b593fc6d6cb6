using Coi.Contracts;

namespace Coi.Daemon.Images;

/// <summary>Hears what a build does; called from any thread, must not block.</summary>
public interface IBuildObserver
{
    /// <summary>A step begins, or goes on.</summary>
    void OnProgress(Progress progress);

    /// <summary>A line of the build's output.</summary>
    void OnLine(string line);
}
